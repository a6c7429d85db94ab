/**
 * Model artifact, format version 1: a trained model in one safetensors file. `docs/artifact-format.md` describes every
 * field. Nothing here needs Node: a page reads artifacts too.
 */
import { MatineeError } from "../errors.ts";
import type { Tensor } from "../models/model.ts";
import type { Trained } from "../models/trained.ts";
import { checksumOf, NO_CHECKSUM, OPENING, withChecksum } from "./checksum.ts";
import { putSpace, readScale, takeSpace, writeScale } from "./dataset-info.ts";
import { type Fail, isObject, type JsonObject, parseJson, show, writeJson } from "./json.ts";
import {
  type Entry,
  encodeContainer,
  type Header,
  readEntries,
  readHeader,
  readMetadata,
  tensorAt,
} from "./safetensors.ts";
import { putState, takeState } from "./state.ts";
import { type Shelf, shelfOf } from "./tensor-store.ts";

export const FORMAT = "matinee";
export const VERSION = "1";

/** A file in parts: header, then chunks. The chunks are views of the model's own arrays, not copies. */
export interface Encoded {
  readonly header: Uint8Array;
  readonly chunks: readonly Uint8Array[];
}

interface Structure {
  readonly header: Header;
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: readonly Entry[];
}

/** The same model gives the same bytes. Throws ARTIFACT_CONTENT for a model that `decodeArtifact` would refuse. */
export async function encodeArtifact(trained: Trained): Promise<Encoded> {
  const { info, state, record } = trained;
  const fail = (problem: string) => new MatineeError("ARTIFACT_CONTENT", `artifact: ${problem}`);
  const at = (place: string) => (problem: string) => fail(`${place} ${problem}`);
  const tensors = new Map<string, Tensor>();
  putSpace(tensors, info, fail);
  const outline = putState(tensors, state, fail);
  const metadata = {
    // these three come first, and in this order: OPENING
    format: FORMAT,
    version: VERSION,
    checksum: NO_CHECKSUM,
    data: checkText(info.name, at("data")),
    fingerprint: checkText(record.data, at("fingerprint")),
    scale: writeScale(info.scale, at("scale")),
    config: writeJson(record.config, at("config")),
    seed: writeJson(record.seed, at("seed")),
    arithmetic: record.arithmetic,
    state: writeJson(outline, at("state")),
  };
  // a reader's checks, before a file is written that nobody could read
  contentOf(new Map(Object.entries(metadata)), shelfOf(tensors, fail), "artifact");
  const { header, chunks } = encodeContainer(metadata, tensors);
  return { header: withChecksum(header, await checksumOf(header, chunks)), chunks };
}

/**
 * Structure first, then the checksum, then whether the content fits together. Tensors are views into `bytes`, which must not
 * change afterwards. Throws ARTIFACT_TRUNCATED, ARTIFACT_HEADER, ARTIFACT_VERSION, ARTIFACT_CHECKSUM or ARTIFACT_CONTENT.
 *
 * @param name of the file, for messages
 */
export async function decodeArtifact(bytes: Uint8Array, name = "artifact"): Promise<Trained> {
  const { header, metadata, entries } = structureOf(bytes, bytes.length, name);
  const { start } = header;
  const expected = readChecksum(bytes, start, name);
  const found = await checksumOf(bytes.subarray(0, start), [bytes.subarray(start)]);
  if (found !== expected) {
    throw new MatineeError("ARTIFACT_CHECKSUM", `${name}: checksum is ${found}, the header says ${expected}`);
  }
  const fail = (problem: string) => new MatineeError("ARTIFACT_CONTENT", `${name}: ${problem}`);
  const shelf = shelfOf(
    entries.map((entry) => [entry.name, tensorAt(entry, bytes, start)]),
    fail,
  );
  return contentOf(metadata, shelf, name);
}

/** What stands where in a file of `size` bytes that begins with `bytes`; these must hold the header, the rest may be missing. */
export function structureOf(bytes: Uint8Array, size: number, name: string): Structure {
  checkOpening(bytes, name);
  const header = readHeader(bytes, name);
  const metadata = readMetadata(header, name);
  const version = metadata.get("version");
  if (version !== VERSION) {
    throw new MatineeError(
      "ARTIFACT_VERSION",
      `${name}: format version ${show(version)}, this matinee reads version ${show(VERSION)}`,
    );
  }
  return { header, metadata, entries: readEntries(header, size - header.start, name) };
}

/** Throws ARTIFACT_HEADER for bytes that are not the beginning of a matinee artifact of any version. */
export function checkOpening(bytes: Uint8Array, name: string): void {
  const expected = OPENING.slice(0, OPENING.indexOf(VERSION));
  const found = String.fromCharCode(...bytes.subarray(8, 8 + expected.length));
  if (!expected.startsWith(found)) {
    throw new MatineeError("ARTIFACT_HEADER", `${name}: not a matinee model file: its header begins ${show(found)}`);
  }
}

/** The checksum's digits, which version 1 has at a fixed place. */
function readChecksum(bytes: Uint8Array, start: number, name: string): string {
  const from = 8 + OPENING.length;
  const opening = String.fromCharCode(...bytes.subarray(8, from));
  const digits = String.fromCharCode(...bytes.subarray(from, from + 65));
  if (from + 65 > start || opening !== OPENING || !/^[0-9a-f]{64}"$/.test(digits)) {
    throw new MatineeError("ARTIFACT_HEADER", `${name}: no checksum of 64 hex digits at byte ${from}`);
  }
  return digits.slice(0, 64);
}

/** The model that metadata and tensors describe. */
function contentOf(metadata: ReadonlyMap<string, string>, shelf: Shelf, name: string): Trained {
  const fail = (problem: string) => new MatineeError("ARTIFACT_CONTENT", `${name}: ${problem}`);
  const at = (key: string) => (problem: string) => fail(`__metadata__ ${key} ${problem}`);
  const text = (key: string) => {
    const value = metadata.get(key);
    if (value === undefined) throw at(key)("is missing");
    return value;
  };
  const record = {
    config: readObject(text("config"), at("config")),
    seed: readNumber(text("seed"), at("seed")),
    arithmetic: readArithmetic(text("arithmetic"), at("arithmetic")),
    data: text("fingerprint"),
  };
  const scale = readScale(text("scale"), at("scale"));
  const info = takeSpace(shelf, text("data"), scale, fail);
  const state = takeState(shelf, parseJson(text("state"), at("state")), fail);
  shelf.done();
  return { info, state, record };
}

function readObject(text: string, fail: Fail): JsonObject {
  const value = parseJson(text, fail);
  if (!isObject(value)) throw fail(`is ${show(value)}, not an object`);
  return value;
}

function readArithmetic(text: string, fail: Fail): "strict" | "relaxed" {
  if (text === "strict" || text === "relaxed") return text;
  throw fail(`is ${show(text)}, neither strict nor relaxed`);
}

function readNumber(text: string, fail: Fail): number {
  const value = parseJson(text, fail);
  if (typeof value !== "number") throw fail(`is ${show(value)}, not a number`);
  return value;
}

/** UTF-8 has no code for half a surrogate pair, so such a text would not come back as it was. */
function checkText(text: string, fail: Fail): string {
  if (!text.isWellFormed()) throw fail(`holds half a surrogate pair: ${show(text)}`);
  return text;
}
