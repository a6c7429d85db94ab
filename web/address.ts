/** The addresses of the page's places, below wherever the page stands. */
import type { Film, Id } from "../src/client.ts";
import { spokenTitle } from "../src/data/film-title.ts";

export type Place =
  | { readonly name: "for-you" }
  | { readonly name: "rate"; readonly find?: string }
  | { readonly name: "film"; readonly id: Id }
  | { readonly name: "lab"; readonly part?: string }
  | { readonly name: "you" };

/** The path of a place, relative to the page's folder: "" of For you, "rate?find=alien", "film/260-star-wars". */
export function addressOf(
  place: Exclude<Place, { name: "film" }> | { readonly name: "film"; readonly film: Film },
): string {
  switch (place.name) {
    case "for-you":
      return "./";
    case "rate":
      return place.find ? `rate?${new URLSearchParams({ find: place.find })}` : "rate";
    case "film":
      return `film/${encodeURIComponent(place.film.id)}${slugOf(place.film.title)}`;
    case "lab":
      return place.part === undefined ? "lab" : `lab/${encodeURIComponent(place.part)}`;
    case "you":
      return "you";
  }
}

/**
 * The place at an address, or undefined where there is none.
 *
 * @param path what follows the page's folder, without a slash in front
 * @param textIds whether the data name films by text: otherwise an id is a number
 */
export function placeAt(path: string, search = "", textIds = false): Place | undefined {
  const [name, rest, ...further] = path.replace(/\/$/, "").split("/");
  if (further.length > 0) return undefined;
  if (name === "" || name === "index.html") return { name: "for-you" };
  if (name === "rate" && rest === undefined) {
    const find = new URLSearchParams(search).get("find");
    return find ? { name, find } : { name };
  }
  if (name === "you" && rest === undefined) return { name };
  if (name === "lab") return rest === undefined ? { name } : { name, part: decode(rest) };
  if (name === "film" && rest) return filmAt(rest, textIds);
  return undefined;
}

/** An id may itself have hyphens where it is text; then the title is left out of the address. */
function filmAt(rest: string, textIds: boolean): Place | undefined {
  if (textIds) return { name: "film", id: decode(rest) };
  const digits = /^-?\d+/.exec(rest)?.[0];
  return digits === undefined ? undefined : { name: "film", id: Number(digits) };
}

function slugOf(title: string): string {
  const words = spokenTitle(title)
    .name.normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}|['’]/gu, "");
  const slug = words.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "");
  return slug === "" ? "" : `-${encodeURIComponent(slug)}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
