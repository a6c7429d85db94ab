/**
 * The container: safetensors, https://github.com/huggingface/safetensors#format. An 8-byte little-endian header length, a
 * JSON header, raw little-endian tensors without holes. What the tensors mean is not known here.
 */
import { MatineeError } from "../errors.ts";
import type { Tensor } from "../models/model.ts";
import { isObject, type JsonObject, parseJson, quoteValue } from "./json.ts";

/** What the reference implementation accepts at most; a longer header would make a file that only Matinee can read. */
export const MAX_HEADER = 100_000_000;

export type Dtype = "F64" | "F32" | "I32" | "I16" | "U8";
export interface ArraysOfDtype {
  readonly F64: Float64Array;
  readonly F32: Float32Array;
  readonly I32: Int32Array;
  readonly I16: Int16Array;
  readonly U8: Uint8Array;
}
const sizes: Readonly<Record<Dtype, number>> = { F64: 8, F32: 4, I32: 4, I16: 2, U8: 1 };

/** A tensor's place: bytes `begin .. end` of the tensor section. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** A parsed header; the tensor section begins at byte `start` of the file. */
export interface SafetensorsHeader {
  readonly json: JsonObject;
  readonly start: number;
}

export function dtypeOf(data: Tensor["data"]): Dtype {
  if (data instanceof Float64Array) return "F64";
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Int32Array) return "I32";
  if (data instanceof Int16Array) return "I16";
  if (data instanceof Uint8Array) return "U8";
  throw new MatineeError("ARTIFACT_CONTENT", `artifact: ${Object.prototype.toString.call(data)} is not a tensor type`);
}

/** Length prefix and header, padded with spaces so that tensors begin at a multiple of 8; and the tensors, in file order. */
export function encodeContainer(
  metadata: Readonly<Record<string, string>>,
  tensors: ReadonlyMap<string, Tensor>,
): { header: Uint8Array<ArrayBuffer>; chunks: Uint8Array[] } {
  const json: [string, unknown][] = [["__metadata__", metadata]];
  const chunks: Uint8Array[] = [];
  let begin = 0;
  for (const [name, { shape, data }] of inFileOrder(tensors)) {
    if (!isCounts(shape) || elements(shape) !== data.length) {
      throw new MatineeError(
        "ARTIFACT_CONTENT",
        `artifact: tensor ${quoteValue(name)}: shape ${quoteValue(shape)} does not hold ${data.length} elements`,
      );
    }
    const end = begin + data.byteLength;
    json.push([name, { dtype: dtypeOf(data), shape, data_offsets: [begin, end] }]);
    if (end > begin) chunks.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    begin = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(json)));
  const header = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20);
  if (header.length - 8 > MAX_HEADER) {
    throw new MatineeError("ARTIFACT_HEADER", `artifact: header of ${text.length} bytes, more than ${MAX_HEADER}`);
  }
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(text, 8);
  return { header, chunks };
}

/** Wide elements first, so that every tensor is aligned though there are no holes; by name among equals. */
function inFileOrder(tensors: ReadonlyMap<string, Tensor>): [string, Tensor][] {
  const width = ([, { data }]: [string, Tensor]) => sizes[dtypeOf(data)];
  return [...tensors].sort((a, b) => width(b) - width(a) || (a[0] < b[0] ? -1 : 1));
}

/** Where the header of a file that begins with `bytes` ends, or would end were it as long as allowed. */
export function headerEnd(bytes: Uint8Array): number {
  return 8 + (bytes.length < 8 ? 0 : Math.min(Number(lengthPrefix(bytes)), MAX_HEADER));
}

function lengthPrefix(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
}

/** Parses the header of a file that begins with `bytes`; the tensors need not be there. */
export function readHeader(bytes: Uint8Array, name: string): SafetensorsHeader {
  if (bytes.length < 8) throw truncated(name, `${bytes.length} bytes, the header length alone takes 8`);
  const length = lengthPrefix(bytes);
  if (length > BigInt(MAX_HEADER)) throw damaged(name, `header length ${length} is more than ${MAX_HEADER}`);
  const start = 8 + Number(length);
  if (start > bytes.length) throw truncated(name, `${bytes.length} bytes, the header ends at byte ${start}`);
  if (bytes[8] !== 0x7b) throw damaged(name, "header does not begin with {");
  let text: string;
  try {
    // slice, because a page refuses to decode shared memory
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.slice(8, start));
  } catch {
    throw damaged(name, "header is not UTF-8");
  }
  const json = parseJson(text, (problem) => damaged(name, `header ${problem}`));
  if (!isObject(json)) throw damaged(name, "header is not a JSON object");
  return { json, start };
}

/** The string → string map of the header; an own-property map, so that a key such as "toString" is just a key. */
export function readMetadata(header: SafetensorsHeader, name: string): ReadonlyMap<string, string> {
  // biome-ignore lint/complexity/useLiteralKeys: an own property of parsed JSON
  const json = Object.hasOwn(header.json, "__metadata__") ? header.json["__metadata__"] : {};
  if (!isObject(json)) throw damaged(name, `__metadata__ is ${quoteValue(json)}, not an object`);
  return new Map(
    Object.entries(json).map(([key, value]) => {
      if (typeof value !== "string")
        throw damaged(name, `__metadata__ ${quoteValue(key)} is ${quoteValue(value)}, not a text`);
      return [key, value];
    }),
  );
}

/** Places of all tensors, which must cover the tensor section (all bytes after the header) in order and without holes. */
export function readEntries(header: SafetensorsHeader, sectionBytes: number, name: string): TensorEntry[] {
  const entries: TensorEntry[] = [];
  let begin = 0;
  for (const [tensor, value] of Object.entries(header.json)) {
    if (tensor === "__metadata__") continue;
    const entry = readEntry(tensor, value, begin, name);
    entries.push(entry);
    begin = entry.end;
  }
  if (begin > sectionBytes) {
    const needed = header.start + begin;
    throw truncated(name, `${header.start + sectionBytes} bytes, the tensors end at byte ${needed}`);
  }
  if (begin < sectionBytes) throw damaged(name, `${sectionBytes - begin} bytes follow the last tensor`);
  return entries;
}

function readEntry(tensor: string, value: unknown, begin: number, name: string): TensorEntry {
  const wrong = (problem: string) => damaged(name, `tensor ${quoteValue(tensor)}: ${problem}`);
  if (!isObject(value) || Object.keys(value).sort().join() !== "data_offsets,dtype,shape") {
    throw wrong(`expected an object of dtype, shape and data_offsets, found ${quoteValue(value)}`);
  }
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(sizes, dtype)) {
    throw wrong(`dtype is ${quoteValue(dtype)}, not one of ${Object.keys(sizes).join(", ")}`);
  }
  const size = sizes[dtype as Dtype];
  if (!isCounts(shape)) throw wrong(`shape is ${quoteValue(shape)}, not a list of whole numbers from 0`);
  const count = elements(shape);
  if (count * size > Number.MAX_SAFE_INTEGER) throw wrong(`shape ${quoteValue(shape)} is too large`);
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw wrong(`data_offsets is ${quoteValue(offsets)}, not two whole numbers from 0`);
  }
  const [from, to] = offsets;
  if (from !== begin) throw wrong(`begins at ${from}, the tensor before it ends at ${begin}`);
  if (to - from !== count * size) {
    throw wrong(
      `${dtype} of shape ${quoteValue(shape)} takes ${count * size} bytes, data_offsets ${quoteValue(offsets)} ${to - from}`,
    );
  }
  return { name: tensor, dtype: dtype as Dtype, shape, begin: from, end: to };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

/** Product of a shape; Infinity as soon as a partial product is not exact, even if a 0 follows (as other readers do). */
function elements(shape: readonly number[]): number {
  let product = 1;
  for (const n of shape) {
    product *= n;
    if (!(product <= Number.MAX_SAFE_INTEGER)) return Number.POSITIVE_INFINITY;
  }
  return product;
}

/** A tensor as a view into the file's bytes, or as a copy where they are not aligned in memory. */
export function tensorAt(entry: TensorEntry, bytes: Uint8Array, start: number): Tensor {
  const { dtype, shape, begin, end } = entry;
  const aligned = (bytes.byteOffset + start + begin) % sizes[dtype] === 0;
  const own = aligned ? bytes.subarray(start + begin, start + end) : bytes.slice(start + begin, start + end);
  const length = (end - begin) / sizes[dtype];
  return { shape, data: viewOf(dtype, own.buffer, own.byteOffset, length) };
}

function viewOf(dtype: Dtype, buffer: ArrayBufferLike, offset: number, length: number): Tensor["data"] {
  if (dtype === "F64") return new Float64Array(buffer, offset, length);
  if (dtype === "F32") return new Float32Array(buffer, offset, length);
  if (dtype === "I32") return new Int32Array(buffer, offset, length);
  if (dtype === "I16") return new Int16Array(buffer, offset, length);
  return new Uint8Array(buffer, offset, length);
}

function truncated(name: string, problem: string): MatineeError {
  return new MatineeError("ARTIFACT_TRUNCATED", `${name}: ${problem}`);
}

function damaged(name: string, problem: string): MatineeError {
  return new MatineeError("ARTIFACT_HEADER", `${name}: ${problem}`);
}
