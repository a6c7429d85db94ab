/**
 * Where a list goes on: a token that holds the ids of the films that were listed already, so that the next page repeats none even if another model
 * makes it. It does not hold the request, which the client sends again.
 *
 * Format: base64url of raw deflate of JSON: [1, [id, …]].
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Id } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";

const version = 1;
/** Films that all pages may have. */
const mostFilms = 1000;
/** As long as requests may give it; long ids end the pages earlier. */
const longestToken = 65_536;
/** Bytes of JSON that a token may unpack to. */
const mostBytes = 2 ** 20;
/** A token is short: with zlib's own settings, each would take a quarter of a megabyte to make. */
const packing = { windowBits: 12, memLevel: 5 };

/** The token of the page after these films; undefined where there may be no more. */
export function nextPageAfter(shown: readonly Id[]): string | undefined {
  if (shown.length >= mostFilms) return undefined;
  const token = deflateRawSync(JSON.stringify([version, shown]), packing).toString("base64url");
  return token.length <= longestToken ? token : undefined;
}

/** The ids that a token holds. @throws REQUEST_INVALID for a text that is no token of this version */
export function filmsBefore(token: string): readonly Id[] {
  const given = contentOf(token);
  if (Array.isArray(given) && given.length === 2 && given[0] === version && Array.isArray(given[1])) {
    const [, ids] = given;
    if (ids.length < mostFilms && ids.every((id) => typeof id === "number" || typeof id === "string")) return ids;
  }
  throw new MatineeError("REQUEST_INVALID", "next is no token of this server", {
    fix: "give it as the answer before had it, or leave it out for the first page",
  });
}

function contentOf(token: string): unknown {
  try {
    return JSON.parse(inflateRawSync(Buffer.from(token, "base64url"), { maxOutputLength: mostBytes }).toString());
  } catch {
    return undefined;
  }
}
