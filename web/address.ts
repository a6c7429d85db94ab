/** The addresses of the page's places, below wherever the page stands. */
import type { Film, GroupRecommendations, Id } from "../src/client.ts";
import { spokenTitle } from "../src/data/film-title.ts";
import { type ListControls, noControls, readControls, writeControls } from "./places/for-you/controls.ts";

/** How what several people like becomes one list. */
export type GroupRule = GroupRecommendations["rule"];

export type Place =
  | { readonly name: "for-you"; readonly controls?: ListControls }
  | { readonly name: "rate"; readonly find?: string }
  | { readonly name: "film"; readonly id: Id }
  | { readonly name: "lab"; readonly part?: string }
  | { readonly name: "you" }
  | { readonly name: "together"; readonly rule?: GroupRule };

/** The path of a place, relative to the page's folder: "./" of For you, "rate?find=alien", "film/260-star-wars". */
export function addressOf(
  place: Exclude<Place, { name: "film" }> | { readonly name: "film"; readonly film: Pick<Film, "id" | "title"> },
): string {
  switch (place.name) {
    case "for-you":
      return withQuery("./", writeControls(place.controls ?? noControls));
    case "rate":
      return withQuery("rate", new URLSearchParams(place.find ? { find: place.find } : {}));
    case "film":
      return `film/${segmentOf(place.film)}`;
    case "lab":
      return place.part === undefined ? "lab" : `lab/${encodeURIComponent(place.part)}`;
    case "you":
      return "you";
    case "together":
      return withQuery("together", new URLSearchParams(place.rule ? { rule: place.rule } : {}));
  }
}

/**
 * The place at an address, or undefined where there is none.
 *
 * @param path what follows the page's folder, without a slash in front
 */
export function placeAt(path: string, search = ""): Place | undefined {
  const [name, rest, ...further] = path.replace(/\/$/, "").split("/");
  if (further.length > 0) return undefined;
  if (name === "" || name === "index.html") return { name: "for-you", controls: readControls(search) };
  if (name === "rate" && rest === undefined) {
    const find = new URLSearchParams(search).get("find");
    return find ? { name, find } : { name };
  }
  if (name === "you" && rest === undefined) return { name };
  if (name === "together" && rest === undefined) {
    const rule = new URLSearchParams(search).get("rule");
    return rule === "average" || rule === "least-misery" ? { name, rule } : { name };
  }
  if (name === "lab") return rest === undefined ? { name } : { name, part: decode(rest) };
  if (name === "film" && rest) return { name: "film", id: idIn(rest) };
  return undefined;
}

function withQuery(path: string, query: URLSearchParams): string {
  return query.size === 0 ? path : `${path}?${query}`;
}

/** What an address has of a film. Ids that are texts stand alone, behind "~" where they begin like a number. */
function segmentOf({ id, title }: Pick<Film, "id" | "title">): string {
  if (typeof id === "number") return `${id}${slugOf(title)}`;
  return encodeURIComponent(/^[-\d~]/.test(id) ? `~${id}` : id);
}

function idIn(segment: string): Id {
  const digits = /^-?\d+/.exec(segment)?.[0];
  return digits === undefined ? decode(segment).replace(/^~/, "") : Number(digits);
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
