/**
 * Where a list goes on: a token that holds the ids of the films that were listed already, so that the next page repeats none even if another model
 * makes it. It does not hold the request, which the client sends again.
 *
 * Format: base64url of JSON: [1, [id, …]].
 */
import type { Id } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import { fromBase64url, toBase64url } from "./base64url.ts";

const version = 1;
/** Films that all pages may have. */
const mostFilms = 1000;
/** As long as requests may give it; long ids end the pages earlier. */
const longestToken = 65_536;

/** The token of the page after these films; undefined where there may be no more. */
export function tokenAfter(shown: readonly Id[]): string | undefined {
  if (shown.length >= mostFilms) return undefined;
  const bytes = new TextEncoder().encode(JSON.stringify([version, shown]));
  return bytes.length * 4 <= longestToken * 3 ? toBase64url(bytes) : undefined;
}

/** The ids that a token holds. @throws REQUEST_INVALID for a text that is no token of this version */
export function idsBefore(token: string): readonly Id[] {
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
    return JSON.parse(new TextDecoder().decode(fromBase64url(token)));
  } catch {
    return undefined;
  }
}
