/** Texts as tokens for addresses: base64url of raw deflate. */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { TextPacking } from "./next-page.ts";

/** A token is short: with zlib's own settings, each would take a quarter of a megabyte to make. */
const packing = { windowBits: 12, memLevel: 5 };
/** Bytes that a token may unpack to. */
const mostBytes = 2 ** 20;

export const deflated: TextPacking = {
  pack: (text) => deflateRawSync(text, packing).toString("base64url"),
  unpack: (token) => inflateRawSync(Buffer.from(token, "base64url"), { maxOutputLength: mostBytes }).toString(),
};
