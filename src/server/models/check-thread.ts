/** A thread that reads one model, checks it and tries it, so that whatever it does harms no request. */
import { parentPort, workerData } from "node:worker_threads";
import { readArtifactBytes } from "../../artifact/file.ts";
import { decodeArtifact } from "../../artifact/format.ts";
import { checkSignature, readSignature } from "../../artifact/signature.ts";
import { MatineeError } from "../../errors.ts";
import { openModel } from "../../recommend/open-model.ts";
import { warmUp } from "../warm-up.ts";
import type { CheckedMessage, CheckTask } from "./check-model.ts";
import { mostHeaderBytes } from "./limits.ts";
import { buffersOf, plainModel } from "./plain-model.ts";

const { path, fileBytes, publicKey, signature, keep } = workerData as CheckTask;

try {
  const bytes = await readArtifactBytes(path, { file: fileBytes, header: mostHeaderBytes });
  if (publicKey !== undefined) checkSignature(path, bytes, signature ?? (await readSignature(path)), publicKey);
  const trained = await decodeArtifact(bytes, path);
  {
    using opened = openModel(trained);
    await warmUp(opened);
  }
  const model = keep ? plainModel(trained) : undefined;
  const message: CheckedMessage = { bytes: bytes.length, ...(model && { model }) };
  parentPort!.postMessage(message, model ? buffersOf(model) : []);
} catch (error) {
  const known = error instanceof MatineeError;
  const message: CheckedMessage = known
    ? { failure: { code: error.code, message: error.message } }
    : { failure: { code: "ARTIFACT_CONTENT", message: `${path}: it cannot be opened: ${error}` } };
  parentPort!.postMessage(message);
}
