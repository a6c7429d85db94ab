/**
 * Bytes in a piece: 16 MiB. Web Crypto digests at most 2³¹ − 1 bytes at once, copies its input and refuses shared memory,
 * so long or shared bytes are digested in pieces. Part of the artifact format.
 */
export const PIECE = 16 * 2 ** 20;

/** SHA-256 in hex of up to 2³¹ − 1 bytes of ordinary memory, by Web Crypto: the same call in Node and in a page. */
export async function sha256(bytes: ArrayBufferView): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 in hex of each 16 MiB of the concatenated chunks; the last piece is shorter. Any length, shared memory too. */
export async function sha256OfPieces(chunks: readonly Uint8Array[]): Promise<string[]> {
  const digests: string[] = [];
  // One after the other: each is copied, and collecting many copies costs more than a second thread gains.
  for (const piece of cutPieces(chunks)) digests.push(await sha256(piece));
  return digests;
}

/** Cuts the concatenated chunks into pieces: parts of a chunk, or copies, each of which the next one overwrites. */
function* cutPieces(chunks: readonly Uint8Array[]): Generator<Uint8Array> {
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  let piece: Uint8Array | undefined;
  let filled = 0;
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + PIECE - filled);
      if (part.length === PIECE && part.buffer instanceof ArrayBuffer) {
        yield part;
        at += PIECE;
        continue;
      }
      piece ??= new Uint8Array(Math.min(PIECE, total));
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === PIECE) {
        yield piece;
        filled = 0;
      }
    }
  }
  if (piece && filled > 0) yield piece.subarray(0, filled);
}
