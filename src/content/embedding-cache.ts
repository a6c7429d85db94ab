/**
 * A cache of embeddings in files EMBEDDER/UUID.bin, with a checksum. Each file holds for every text its SHA-256 and its vector,
 * float32 little-endian. Files are written whole and never changed, so several processes
 * may add to the cache at once; a damaged file is ignored.
 */
import { createHash, randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readCheckedFile, writeCheckedFile } from "../checked-file.ts";

export interface EmbeddingCache {
  get(text: string): Float32Array | undefined;
  /** Saves embeddings: vectors float32 [texts × length]. @throws WRITE_FAILED */
  add(texts: readonly string[], vectors: Float32Array): Promise<void>;
}

const digestBytes = 32;

/** @param folder of one embedder; created when there is something to save */
export async function openEmbeddingCache(folder: string, length: number): Promise<EmbeddingCache> {
  const known = new Map<string, Float32Array>();
  const entryBytes = digestBytes + 4 * length;
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((name) => name.endsWith(".bin")).sort()) {
    const entries = await readCheckedFile(join(folder, name));
    if (!entries || entries.length % entryBytes !== 0) continue;
    for (let at = 0; at < entries.length; at += entryBytes) {
      const key = entries.toString("hex", at, at + digestBytes);
      const vector = new Float32Array(length);
      for (let k = 0; k < length; k++) vector[k] = entries.readFloatLE(at + digestBytes + 4 * k);
      known.set(key, vector);
    }
  }
  return {
    get: (text) => known.get(sha256(text).toString("hex")),
    async add(texts, vectors) {
      const entries = Buffer.alloc(texts.length * entryBytes);
      for (const [n, text] of texts.entries()) {
        const vector = vectors.slice(n * length, (n + 1) * length);
        const key = sha256(text);
        key.copy(entries, n * entryBytes);
        for (let k = 0; k < length; k++) entries.writeFloatLE(vector[k], n * entryBytes + digestBytes + 4 * k);
        known.set(key.toString("hex"), vector);
      }
      await writeCheckedFile(join(folder, `${randomUUID()}.bin`), entries, { about: `${folder} cannot be written` });
    },
  };
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
