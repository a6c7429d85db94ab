/** A thread that reads one model, checks it and tries it, so that whatever it does harms no request. */
import { parentPort, workerData } from "node:worker_threads";
import { type ArtifactBounds, readArtifactBytes, readArtifactWithin } from "../../artifact/file.ts";
import { decodeArtifact } from "../../artifact/format.ts";
import { checkSignature, readSignature } from "../../artifact/signature.ts";
import { MatineeError } from "../../errors.ts";
import type { Trained } from "../../models/trained.ts";
import { openModel } from "../../recommend/open-model.ts";
import { warmUp } from "../warm-up.ts";
import type { CheckedMessage, CheckTask } from "./check-model.ts";
import { mostHeaderBytes } from "./limits.ts";
import { buffersOf, plainModel } from "./plain-model.ts";

const { path, fileBytes, publicKey, signature, keep } = workerData as CheckTask;

try {
  const trained = await readModel({ file: fileBytes, header: mostHeaderBytes });
  {
    using opened = openModel(trained);
    await warmUp(opened);
  }
  const model = keep ? plainModel(trained) : undefined;
  const message: CheckedMessage = model ? { model } : {};
  parentPort!.postMessage(message, model ? buffersOf(model) : []);
} catch (error) {
  const known = error instanceof MatineeError;
  const message: CheckedMessage = known
    ? { failure: { code: error.code, message: error.message } }
    : { failure: { code: "ARTIFACT_CONTENT", message: `${path}: it cannot be opened: ${error}` } };
  parentPort!.postMessage(message);
}

/** A signature is one of all bytes: where one is wanted, all of them are read. */
async function readModel(bounds: ArtifactBounds): Promise<Trained> {
  if (publicKey === undefined) return readArtifactWithin(path, { whole: bounds.file, toAnswer: true, bounds });
  const bytes = await readArtifactBytes(path, bounds);
  checkSignature(path, bytes, signature ?? (await readSignature(path)), publicKey);
  return decodeArtifact(bytes, path);
}
