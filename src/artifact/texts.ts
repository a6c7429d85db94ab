import type { Tensor } from "../models/model.ts";
import type { Fail } from "./json.ts";
import type { TensorStore } from "./tensor-store.ts";

/** Adds a list of texts as two tensors: UTF-8 `bytes`, text n being bytes `offsets[n] .. offsets[n + 1]`. */
export function writeTexts(tensors: Map<string, Tensor>, path: string, texts: readonly string[], fail: Fail): void {
  const encoder = new TextEncoder();
  const offsets = new Int32Array(texts.length + 1);
  let bytes = new Uint8Array(64);
  let length = 0;
  // Into one array, since an array for each of many millions of texts would not fit in memory.
  for (let n = 0; n < texts.length; n++) {
    const text = texts[n];
    if (!text.isWellFormed()) throw fail(`text ${n} of ${path} holds half a surrogate pair: ${JSON.stringify(text)}`);
    const room = length + 3 * text.length;
    if (room > bytes.length) {
      const larger = new Uint8Array(2 * room);
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    length += encoder.encodeInto(text, bytes.subarray(length)).written;
    if (length > 2 ** 31 - 1) throw fail(`texts of ${path} take more than ${2 ** 31 - 1} bytes`);
    offsets[n + 1] = length;
  }
  tensors.set(`${path}/bytes`, { shape: [length], data: bytes.slice(0, length) });
  tensors.set(`${path}/offsets`, { shape: [offsets.length], data: offsets });
}

/** Reads what `writeTexts` wrote. @param count number of texts there must be, if known */
export function readTexts(store: TensorStore, path: string, count: number | undefined, fail: Fail): string[] {
  const bytes = store.takeList(`${path}/bytes`, "U8");
  const offsets = store.takeList(`${path}/offsets`, "I32", count === undefined ? undefined : count + 1);
  checkOffsets(offsets, bytes.length, `${path}/offsets`, fail);
  // ignoreBOM keeps U+FEFF as the character it is; without shared memory, which a page refuses to decode
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const own = bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
  const texts = new Array<string>(offsets.length - 1);
  for (let n = 0; n < texts.length; n++) {
    try {
      texts[n] = decoder.decode(own.subarray(offsets[n], offsets[n + 1]));
    } catch {
      throw fail(`text ${n} of ${path} is not UTF-8`);
    }
  }
  return texts;
}

/** Fails unless offsets begin at 0, never fall and end at `end`. */
export function checkOffsets(offsets: Int32Array, end: number, place: string, fail: Fail): void {
  if (offsets.length === 0) throw fail(`${place} is empty, expected at least one offset`);
  if (offsets[0] !== 0) throw fail(`${place} begins with ${offsets[0]}, not 0`);
  for (let n = 1; n < offsets.length; n++) {
    if (offsets[n] < offsets[n - 1]) throw fail(`${place} falls from ${offsets[n - 1]} to ${offsets[n]} at ${n}`);
  }
  const last = offsets[offsets.length - 1];
  if (last !== end) throw fail(`${place} ends with ${last}, not ${end}`);
}
