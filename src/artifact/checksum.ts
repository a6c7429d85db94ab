import { sha256 } from "../hash.ts";

/**
 * Web Crypto digests at most 2³¹ − 1 bytes at once, copies its input and refuses shared memory: so the tensor section is
 * digested in pieces. Part of the format.
 */
export const PIECE = 16 * 2 ** 20;
const IN_FLIGHT = 4;

/** First and last byte + 1 of the checksum's 64 hex digits in every file of version 1. */
export const OPENING = '{"__metadata__":{"format":"matinee","version":"1","checksum":"';
const DIGITS = 8 + OPENING.length;
export const NO_CHECKSUM = "0".repeat(64);

/**
 * SHA-256 over the hex digests, a newline between them, of: length prefix and header, the checksum's own digits replaced by
 * "0"; then each 16 MiB of the tensor section, the last piece shorter. `chunks` together are the tensor section.
 */
export async function checksumOf(header: Uint8Array, chunks: readonly Uint8Array[]): Promise<string> {
  const digests = [sha256(withChecksum(header, NO_CHECKSUM))];
  for (const piece of pieces(chunks)) {
    digests.push(sha256(piece));
    // sha256 has copied the piece by now; this bounds how many copies there are at a time
    await digests.at(-IN_FLIGHT);
  }
  return sha256(new TextEncoder().encode((await Promise.all(digests)).join("\n")));
}

/** A copy of the header with these digits in the checksum's place. */
export function withChecksum(header: Uint8Array, digits: string): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(header);
  copy.set(new TextEncoder().encode(digits), DIGITS);
  return copy;
}

/** Cuts the chunks, joined, into pieces; each is overwritten by the next. */
function* pieces(chunks: readonly Uint8Array[]): Generator<Uint8Array<ArrayBuffer>> {
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const piece = new Uint8Array(Math.min(PIECE, total));
  let filled = 0;
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + PIECE - filled);
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === PIECE) {
        yield piece;
        filled = 0;
      }
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
