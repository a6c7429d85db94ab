/**
 * Model artifact, format version 1: a trained model in one safetensors file. `docs/artifact-format.md` describes every
 * field. Nothing here needs Node: a page reads artifacts too.
 */
import type { Feedback } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { sha256 } from "../hash.ts";
import { checkFinite, checkReadNumbers } from "../models/finite.ts";
import type { StoredRows, Tensor } from "../models/model.ts";
import type {
  EarlierStage,
  OutOfCoreRecord,
  RecordedEvaluation,
  Trained,
  TrainedPredictor,
} from "../models/trained.ts";
import { present } from "../present.ts";
import { modelCard } from "./card.ts";
import { checksumFrom, checksumOf, NO_CHECKSUM, OPENING, withChecksum } from "./checksum.ts";
import { readDatasetInfo, readScale, writeDatasetInfo, writeScale } from "./dataset-info.ts";
import { readArithmetic, readEarlierStages, writeEarlierStages } from "./earlier-stages.ts";
import { readEvaluation, writeEvaluation } from "./evaluation.ts";
import { type Fail, isObject, type JsonObject, memberOf, parseJson, quoteValue, writeJson } from "./json.ts";
import {
  encodeContainer,
  readEntries,
  readHeader,
  readMetadata,
  type SafetensorsHeader,
  type TensorEntry,
  tensorAt,
} from "./safetensors.ts";
import { readState, writeState } from "./state.ts";
import { openTensorStore, type TensorStore } from "./tensor-store.ts";

export const FORMAT = "matinee";
export const VERSION = "1";

/** A file in parts: header, then chunks. The chunks are views of the model's own arrays, not copies. */
export interface EncodedArtifact {
  readonly header: Uint8Array;
  readonly chunks: readonly Uint8Array[];
}

interface ArtifactStructure {
  readonly header: SafetensorsHeader;
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: readonly TensorEntry[];
}

/** Encodes a model; the same model gives the same bytes. @throws ARTIFACT_CONTENT for a model that `decodeArtifact` refuses, NOT_FINITE */
export async function encodeArtifact(trained: Trained): Promise<EncodedArtifact> {
  const { info, state, record, predictor } = trained;
  const fail = (problem: string) => new MatineeError("ARTIFACT_CONTENT", `artifact: ${problem}`);
  const at = (place: string) => (problem: string) => fail(`${place} ${problem}`);
  const tensors = new Map<string, Tensor>();
  writeDatasetInfo(tensors, info, fail);
  const outline = writeState(tensors, state, fail);
  const second = predictor && writeState(tensors, predictor.state, fail, "predictor");
  const metadata = {
    // these three come first, and in this order: OPENING
    format: FORMAT,
    version: VERSION,
    checksum: NO_CHECKSUM,
    data: checkText(info.name, at("data")),
    fingerprint: checkText(record.data, at("fingerprint")),
    scale: writeScale(info.scale, at("scale")),
    // absent from files written before events were known
    ...present({ feedback: info.feedback === "events" ? info.feedback : undefined }),
    config: writeJson(record.config, at("config")),
    seed: writeJson(record.seed, at("seed")),
    arithmetic: record.arithmetic,
    // absent where nothing is known
    ...present({
      matinee: record.version && checkText(record.version, at("matinee")),
      outOfCore: record.outOfCore && writeJson({ ...record.outOfCore }, at("outOfCore")),
      earlier: record.earlier && writeEarlierStages(record.earlier, at("earlier")),
      evaluation: record.evaluation && writeEvaluation(record.evaluation, at("evaluation")),
    }),
    card: checkText(modelCard(trained), at("card")),
    state: writeJson(outline, at("state")),
    ...present({
      predictor: predictor && writeJson({ config: predictor.config, state: second! }, at("predictor")),
    }),
  };
  checkFinite(state, record.config);
  if (predictor) checkFinite(predictor.state, predictor.config);
  // a reader's checks, before a file is written that nobody could read
  readContent(new Map(Object.entries(metadata)), openTensorStore(tensors, fail), "artifact");
  const { header, chunks } = encodeContainer(metadata, tensors);
  return { header: withChecksum(header, await checksumOf(header, chunks)), chunks };
}

/**
 * Decodes a model. The structure is checked first, then the checksum, then whether the content fits together. Tensors are views
 * into `bytes`, which must not change afterwards.
 *
 * @param name of the file, for messages
 * @throws ARTIFACT_TRUNCATED, ARTIFACT_HEADER, ARTIFACT_VERSION, ARTIFACT_CHECKSUM, ARTIFACT_CONTENT
 */
export async function decodeArtifact(bytes: Uint8Array, name = "artifact"): Promise<Trained> {
  const { header, metadata, entries } = readStructure(bytes, bytes.length, name);
  const { start } = header;
  const expected = readChecksum(bytes, start, name);
  const found = await checksumOf(bytes.subarray(0, start), [bytes.subarray(start)]);
  checkChecksum(name, found, expected);
  return readTensors(
    metadata,
    entries.map((entry) => [entry.name, tensorAt(entry, bytes, start)]),
    name,
  );
}

function checkChecksum(name: string, found: string, expected: string): void {
  if (found === expected) return;
  throw new MatineeError("ARTIFACT_CHECKSUM", `${name}: checksum is ${found}, the header says ${expected}`);
}

function readTensors(
  metadata: ReadonlyMap<string, string>,
  tensors: readonly (readonly [string, Tensor])[],
  name: string,
  stored?: ReadonlyMap<string, StoredRows>,
): Trained {
  const fail = (problem: string) => new MatineeError("ARTIFACT_CONTENT", `${name}: ${problem}`);
  const trained = readContent(metadata, openTensorStore(tensors, fail, stored), name);
  checkReadNumbers(trained.state);
  if (trained.predictor) checkReadNumbers(trained.predictor.state);
  return trained;
}

/** A file that is not in memory as a whole. */
export interface ArtifactInParts {
  /** Its first bytes, up to the end of the header. */
  readonly header: Uint8Array;
  readonly size: number;
  /** The tensor section in pieces of 16 MiB, the last one shorter; each is valid until the next. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** The rows of tensors that stay in the file, by name. */
  readonly stored: ReadonlyMap<string, StoredRows>;
}

/** Decodes a model of which some tensors stay in the file; the others are copied. @throws what `decodeArtifact` throws */
export async function decodeInParts({ header, size, pieces, stored }: ArtifactInParts, name: string): Promise<Trained> {
  const {
    metadata,
    entries,
    header: { start },
  } = readStructure(header, size, name);
  const expected = readChecksum(header, start, name);
  const copied = entries
    .filter((entry) => !stored.has(entry.name))
    .map((entry) => ({ entry, bytes: new Uint8Array(entry.end - entry.begin) }));
  const digests: string[] = [];
  let at = 0;
  for await (const piece of pieces) {
    digests.push(await sha256(piece));
    for (const { entry, bytes } of copied) {
      const [from, to] = [Math.max(at, entry.begin), Math.min(at + piece.length, entry.end)];
      if (from < to) bytes.set(piece.subarray(from - at, to - at), from - entry.begin);
    }
    at += piece.length;
  }
  checkChecksum(name, await checksumFrom(header.subarray(0, start), digests), expected);
  const tensors = copied.map(({ entry, bytes }): readonly [string, Tensor] => {
    return [entry.name, tensorAt({ ...entry, begin: 0, end: bytes.length }, bytes, 0)];
  });
  return readTensors(metadata, tensors, name, stored);
}

/** The structure of a file of `size` bytes that begins with `bytes`. These must hold the header; the rest may be missing. */
export function readStructure(bytes: Uint8Array, size: number, name: string): ArtifactStructure {
  checkOpening(bytes, name);
  const header = readHeader(bytes, name);
  const metadata = readMetadata(header, name);
  const version = metadata.get("version");
  if (version !== VERSION) {
    throw new MatineeError(
      "ARTIFACT_VERSION",
      `${name}: format version ${quoteValue(version)}, this matinee reads version ${quoteValue(VERSION)}`,
    );
  }
  return { header, metadata, entries: readEntries(header, size - header.start, name) };
}

/** @throws ARTIFACT_HEADER for bytes that are not the beginning of a matinee artifact of any version */
export function checkOpening(bytes: Uint8Array, name: string): void {
  const expected = OPENING.slice(0, OPENING.indexOf(VERSION));
  const found = String.fromCharCode(...bytes.subarray(8, 8 + expected.length));
  if (!expected.startsWith(found)) {
    throw new MatineeError(
      "ARTIFACT_HEADER",
      `${name}: not a matinee model file: its header begins ${quoteValue(found)}`,
    );
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

/** Reads the model that metadata and tensors describe. */
function readContent(metadata: ReadonlyMap<string, string>, store: TensorStore, name: string): Trained {
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
    ...present({
      version: metadata.get("matinee"),
      outOfCore: outOfCoreIn(metadata, at("outOfCore")),
      earlier: earlierIn(metadata, at("earlier")),
      evaluation: evaluationIn(metadata, at("evaluation")),
    }),
  };
  const scale = readScale(text("scale"), at("scale"));
  const feedback = readFeedback(metadata.get("feedback"), at("feedback"));
  const info = readDatasetInfo(store, { name: text("data"), scale, feedback }, fail);
  const state = readState(store, parseJson(text("state"), at("state")), fail);
  const predictor = predictorIn(metadata, store, fail);
  store.checkAllTaken();
  return { info, state, record, ...present({ predictor }) };
}

function predictorIn(
  metadata: ReadonlyMap<string, string>,
  store: TensorStore,
  fail: Fail,
): TrainedPredictor | undefined {
  const text = metadata.get("predictor");
  if (text === undefined) return undefined;
  const at = (problem: string) => fail(`__metadata__ predictor ${problem}`);
  const { config, state, ...others } = readObject(text, at);
  if (!isObject(config) || state === undefined || Object.keys(others).length > 0) {
    throw at(`is ${quoteValue(parseJson(text, at))}, not an object of config and state`);
  }
  return { config, state: readState(store, state, fail, "predictor") };
}

function outOfCoreIn(metadata: ReadonlyMap<string, string>, fail: Fail): OutOfCoreRecord | undefined {
  const text = metadata.get("outOfCore");
  if (text === undefined) return undefined;
  const plan = readObject(text, fail);
  const count = (key: string) => (plan[key] === undefined ? undefined : memberOf(plan, key, "number", fail));
  const segments = present({ userSegments: count("userSegments"), itemSegments: count("itemSegments") });
  return { segmentBytes: memberOf(plan, "segmentBytes", "number", fail), ...segments };
}

function earlierIn(metadata: ReadonlyMap<string, string>, fail: Fail): EarlierStage[] | undefined {
  const text = metadata.get("earlier");
  return text === undefined ? undefined : readEarlierStages(text, fail);
}

function evaluationIn(metadata: ReadonlyMap<string, string>, fail: Fail): RecordedEvaluation | undefined {
  const text = metadata.get("evaluation");
  return text === undefined ? undefined : readEvaluation(text, fail);
}

function readObject(text: string, fail: Fail): JsonObject {
  const value = parseJson(text, fail);
  if (!isObject(value)) throw fail(`is ${quoteValue(value)}, not an object`);
  return value;
}

function readFeedback(text: string | undefined, fail: Fail): Feedback {
  if (text === undefined || text === "ratings") return "ratings";
  if (text === "events") return text;
  throw fail(`is ${quoteValue(text)}, neither ratings nor events`);
}

function readNumber(text: string, fail: Fail): number {
  const value = parseJson(text, fail);
  if (typeof value !== "number") throw fail(`is ${quoteValue(value)}, not a number`);
  return value;
}

/** UTF-8 has no code for half a surrogate pair, so such a text would not come back as it was. */
function checkText(text: string, fail: Fail): string {
  if (!text.isWellFormed()) throw fail(`holds half a surrogate pair: ${quoteValue(text)}`);
  return text;
}
