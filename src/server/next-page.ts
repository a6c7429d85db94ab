/**
 * Where a list goes on: a token that holds the ids of the films that were listed already, so that the next page repeats none even if another model
 * makes it. It does not hold the request, which the client sends again.
 *
 * Format: JSON: [1, [id, …]], packed.
 */
import type { Id } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";

const version = 1;
/** Films that all pages may have. */
const mostFilms = 1000;
/** As long as requests may give it; long ids end the pages earlier. */
const longestToken = 65_536;

/** How a text becomes a token, and a token a text. */
export interface TextPacking {
  pack(text: string): string;
  /** Throws where it is no token. */
  unpack(token: string): string;
}

/** Where lists go on. */
export interface NextPages {
  /** The token of the page after these films; undefined where there may be no more. */
  after(shown: readonly Id[]): string | undefined;
  /** The ids that a token holds. @throws REQUEST_INVALID for a text that is no token of this version */
  before(token: string): readonly Id[];
}

export function nextPagesOf({ pack, unpack }: TextPacking): NextPages {
  function contentOf(token: string): unknown {
    try {
      return JSON.parse(unpack(token));
    } catch {
      return undefined;
    }
  }

  return {
    after(shown) {
      if (shown.length >= mostFilms) return undefined;
      const token = pack(JSON.stringify([version, shown]));
      return token.length <= longestToken ? token : undefined;
    },
    before(token) {
      const given = contentOf(token);
      if (Array.isArray(given) && given.length === 2 && given[0] === version && Array.isArray(given[1])) {
        const [, ids] = given;
        if (ids.length < mostFilms && ids.every((id) => typeof id === "number" || typeof id === "string")) return ids;
      }
      throw new MatineeError("REQUEST_INVALID", "next is no token of this server", {
        fix: "give it as the answer before had it, or leave it out for the first page",
      });
    },
  };
}
