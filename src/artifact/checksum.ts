import { sha256, sha256OfPieces } from "../hash.ts";

/** First and last byte + 1 of the checksum's 64 hex digits in every file of version 1. */
export const OPENING = '{"__metadata__":{"format":"matinee","version":"1","checksum":"';
const DIGITS = 8 + OPENING.length;
export const NO_CHECKSUM = "0".repeat(64);

/**
 * SHA-256 over the hex digests, a newline between them, of: length prefix and header, the checksum's own digits replaced by
 * "0"; then each 16 MiB of the tensor section, the last piece shorter. `chunks` together are the tensor section.
 */
export async function checksumOf(header: Uint8Array, chunks: readonly Uint8Array[]): Promise<string> {
  return checksumFrom(header, await sha256OfPieces(chunks));
}

/** The same of the digests of all pieces. */
export async function checksumFrom(header: Uint8Array, pieces: readonly string[]): Promise<string> {
  const digests = [await sha256(withChecksum(header, NO_CHECKSUM)), ...pieces];
  return sha256(new TextEncoder().encode(digests.join("\n")));
}

/** A copy of the header with these digits in the checksum's place. */
export function withChecksum(header: Uint8Array, digits: string): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(header);
  copy.set(new TextEncoder().encode(digits), DIGITS);
  return copy;
}
