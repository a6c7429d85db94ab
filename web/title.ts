/** A title as people say it, without the year; `also` holds the other titles some data sets put in brackets. */
export interface DisplayTitle {
  readonly name: string;
  readonly also?: string;
}

const articles =
  /^(?<rest>.+), (?<article>The|An?|Les?|La|L'|Une?|El|Los|Las|Una|Il|Lo|Gli|Der|Die|Das|Ein|Eine|Det|Den|Het|Os?)$/;

/** "Shawshank Redemption, The (1994)" is shown as "The Shawshank Redemption"; the year stands apart. */
export function displayTitle(title: string): DisplayTitle {
  const withoutYear = title.trim().replace(/\s*\((?:\d{4}(?:[-–]\d{0,4})?)\)$/, "");
  const [, name, brackets] = /^(.+?)((?:\s+\([^()]+\))*)$/.exec(withoutYear) ?? [title, withoutYear || title, ""];
  const also = Array.from(brackets.matchAll(/\(([^()]+)\)/g), ([, other]) =>
    articleFirst(other.replace(/^a\.?k\.?a\.?\s+/i, "")),
  );
  return also.length === 0 ? { name: articleFirst(name) } : { name: articleFirst(name), also: also.join(" · ") };
}

function articleFirst(title: string): string {
  const { rest, article } = articles.exec(title)?.groups ?? {};
  if (rest === undefined || article === undefined) return title;
  return article.endsWith("'") ? article + rest : `${article} ${rest}`;
}

/** The name alone, for sentences: "because you rated Heat 4.5". */
export function filmName(title: string): string {
  return displayTitle(title).name;
}

/** Name and year, for labels: "Heat (1995)". */
export function filmLabel(film: { readonly title: string; readonly year: number }): string {
  return film.year > 0 ? `${filmName(film.title)} (${film.year})` : filmName(film.title);
}
