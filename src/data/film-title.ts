/** Titles of films as MovieLens writes them, "Shawshank Redemption, The (1994)", and as people say them. Also used by the page. */

const year = /\s*\((\d{4})(?:[–-]\d{0,4})?\)\s*$/;

/** The year in a title, "Heat (1995)" → 1995; of a range, as in "(2006-2007)", the first; 0 where there is none. */
export function yearOf(title: string): number {
  return Number(year.exec(title)?.[1] ?? 0);
}

/** "Heat (1995)" → "Heat". */
export function withoutYear(title: string): string {
  return title.replace(year, "");
}

/** A title as people say it, without the year; `also` holds the other titles that some data sets put in brackets. */
export interface SpokenTitle {
  readonly name: string;
  readonly also?: string;
}

const articleWords = "The|An?|Les?|La|Une?|El|Los|Las|Una|Un|Il|Lo|Gli|Der|Die|Das|Ein|Eine|Det|Den|De|En|Het|Os?|Uma?";

const articles = new RegExp(`^(?<rest>.+), (?<article>${articleWords}|L'|I)$`);

const leadingArticle = new RegExp(`^(?:(${articleWords})\\s+|(L)['’])(?=\\S)`, "i");

/** "Shawshank Redemption, The (1994)" → "The Shawshank Redemption". */
export function spokenTitle(title: string): SpokenTitle {
  const [name, ...also] = titleNames(title);
  return also.length === 0 ? { name } : { name, also: also.join(" · ") };
}

/** The names of a film in its title, without the year: "Seven (a.k.a. Se7en) (1995)" → "Seven", "Se7en". */
export function titleNames(title: string): [name: string, ...also: string[]] {
  const bare = withoutYear(title.trim());
  const [, name, brackets] = /^(.+?)((?:\s+\([^()]+\))*)$/.exec(bare) ?? [title, bare || title, ""];
  const also = Array.from(brackets.matchAll(/\(([^()]+)\)/g), ([, other]) =>
    articleFirst(other.replace(/^a\.?k\.?a\.?\s+/i, "")),
  );
  return [articleFirst(name), ...also];
}

/** The names in a title, and all of it, with what it has in brackets: "Birdman: Or (The Unexpected Virtue of Ignorance)". */
export function namesIn(title: string): string[] {
  return [...new Set([...titleNames(title), withoutYear(title.trim())])];
}

const letters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
};

/** Text for comparisons: small letters without accents, "&" as "and". */
export function foldLetters(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßæœøłđðþ]/g, (letter) => letters[letter])
    .replaceAll("&", " and ");
}

/** The article that a name begins with, in small letters: "The Matrix" → "the"; "" where there is none. */
export function articleOf(name: string): string {
  const [, word, elided] = leadingArticle.exec(name) ?? [];
  return (word ?? elided ?? "").toLowerCase();
}

/** Names that differ in letter case, accents and punctuation have one key: "Œuvre: L'Été" → "oeuvre lete"; "" for signs alone. */
export function nameKey(name: string): string {
  return foldLetters(name)
    .replace(/['’]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/**
 * The key of a name without its article and its blanks, and with its numbers as digits, but for those that it begins with:
 * "The Rocky II" and "Rocky 2" → "rocky2".
 */
export function looseNameKey(name: string): string {
  const [first, ...rest] = nameKey(name.replace(leadingArticle, "")).split(" ");
  return [first, ...rest.map((word) => numerals.get(word) ?? word)].join("");
}

/** From 2 on; as the last word of a title, I is more often a person. */
const numerals: ReadonlyMap<string, string> = new Map(
  ["ii two", "iii three", "iv four", "v five", "vi six", "vii seven", "viii eight", "ix nine", "x ten"].flatMap(
    (words, n) => words.split(" ").map((word) => [word, String(n + 2)] as const),
  ),
);

/** "Matrix, The" → "The Matrix". */
export function articleFirst(title: string): string {
  const { rest, article } = articles.exec(title)?.groups ?? {};
  if (rest === undefined || article === undefined) return title;
  return article.endsWith("'") ? article + rest : `${article} ${rest}`;
}

/** The name alone, for sentences: "because you rated Heat 4.5". */
export function filmName(title: string): string {
  return spokenTitle(title).name;
}

/** Name and year, for labels: "Heat (1995)". The year is that of the title unless given; 0: none. */
export function filmLabel({ title, year = yearOf(title) }: { readonly title: string; readonly year?: number }): string {
  return year > 0 ? `${filmName(title)} (${year})` : filmName(title);
}
