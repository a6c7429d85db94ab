/** What `matinee serve` answers by: a folder of models, a file that is watched, or a model that is trained now. */
import { readFile } from "node:fs/promises";
import { readArtifactBytes } from "../../artifact/file.ts";
import { decodeArtifact } from "../../artifact/format.ts";
import { checkPublicKey, checkSignature, readSignature } from "../../artifact/signature.ts";
import { isMadeUp } from "../../data/synthetic/synthetic-ratings.ts";
import { MatineeError } from "../../errors.ts";
import type { Trained } from "../../models/trained.ts";
import { present } from "../../present.ts";
import { openModel } from "../../recommend/open-model.ts";
import { userRatingsFor } from "../../recommend/user-ratings.ts";
import { modelLimits } from "../../server/models/limits.ts";
import type { Models } from "../../server/models/models.ts";
import { exchangeableModel, watchModel } from "../../server/models/one-model.ts";
import type { Store } from "../../store/store.ts";
import { loadModel, type ModelFlags, readSaved } from "./model.ts";
import { readUserRatings } from "./user.ts";

/** Flags that say what the server answers by. */
export interface ServedModelFlags extends ModelFlags {
  models?: string;
  trust?: string;
}

/** The models of a server, and whether their films are invented. Closing them ends the look-out for others. */
export interface ServedModels extends AsyncDisposable {
  readonly models: Models;
  readonly madeUp: boolean;
}

/** @throws USAGE, and what reading or training a model throws */
export async function openServedModels(flags: ServedModelFlags, store: Store | undefined): Promise<ServedModels> {
  const { models: folder, artifact, trust } = flags;
  const publicKey = trust === undefined ? undefined : await readPublicKey(trust);
  if (folder !== undefined) {
    if (!store)
      throw new MatineeError("USAGE", "--models needs a store, which says what answers", { fix: "add --store" });
    const other = [artifact, flags.model, flags.set].some((flag) => flag !== undefined);
    if (other) throw new MatineeError("USAGE", "--models and another flag both say what answers", { fix: "give one" });
    const { openModels } = await import("../../server/models/open-models.ts");
    const models = await openModels({ folder, store, ...present({ publicKey }) });
    return { models, madeUp: false, [Symbol.asyncDispose]: () => models[Symbol.asyncDispose]() };
  }
  if (publicKey !== undefined && artifact === undefined) {
    throw new MatineeError("USAGE", "--trust is for saved models", { fix: "add --artifact FILE or --models FOLDER" });
  }
  // A function of its own, so that of ratings by film, which no request needs, nothing is kept.
  const { first, dataset } = await openFirst(flags, publicKey);
  const madeUp = isMadeUp(first.opened.info);
  if (artifact === undefined) {
    const models = exchangeableModel({ name: first.opened.name, ...first });
    return { models, madeUp, [Symbol.asyncDispose]: async () => first.opened[Symbol.dispose]() };
  }
  const models = await watchModel({
    file: artifact,
    first,
    usersOf: (opened, trained) => userRatingsFor(opened, trained, dataset),
    limits: modelLimits(),
    ...present({ publicKey }),
  });
  return { models, madeUp, [Symbol.asyncDispose]: () => models[Symbol.asyncDispose]() };
}

async function openFirst(flags: ServedModelFlags, publicKey: string | undefined) {
  const read = (file: string) =>
    publicKey === undefined ? readSaved(file, flags, { toAnswer: true }) : readSigned(file, publicKey);
  const loaded = await loadModel({ ...flags, orMadeUp: true }, undefined, read);
  const opened = openModel(loaded.trained);
  const users = await readUserRatings(loaded, opened);
  const dataset = flags.artifact === undefined ? undefined : loaded.dataset;
  return { first: { opened, ...present({ users }) }, dataset };
}

/** Reads a model whose very bytes the key has signed. */
async function readSigned(file: string, publicKey: string): Promise<Trained> {
  const bytes = await readArtifactBytes(file);
  checkSignature(file, bytes, await readSignature(file), publicKey);
  return decodeArtifact(bytes, file);
}

/** The PEM of a public key in a file. @throws USAGE */
async function readPublicKey(path: string): Promise<string> {
  const pem = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new MatineeError("USAGE", `${path}: the key cannot be read: ${cause.message}`, {
      fix: "make a pair with matinee sign --new-key FILE",
      cause,
    });
  });
  checkPublicKey(pem);
  return pem;
}
