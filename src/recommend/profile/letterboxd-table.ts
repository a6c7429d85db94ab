/** Ratings as a table that Letterboxd imports. Nothing of Node. */
import { csvField } from "../../data/csv.ts";
import type { DatasetInfo } from "../../data/dataset.ts";
import { filmName } from "../../data/film-title.ts";
import { idText } from "../../data/ids.ts";
import { MatineeError } from "../../errors.ts";
import type { RatingOfFilm } from "../request.ts";
import { toHalfStars } from "./star-scale.ts";

/**
 * The text of a file for https://letterboxd.com/about/importing-data/: the ids of TMDB and IMDb where the data have them, title, year, and the
 * rating in half stars.
 *
 * @throws ITEM_UNKNOWN for a film that the data do not have, or have without a title
 */
export function letterboxdTable(ratings: Iterable<RatingOfFilm>, info: DatasetInfo): string {
  const lines = Array.from(ratings, (rating) => lineOf(rating, info));
  return ["tmdbID,imdbID,Title,Year,Rating", ...lines, ""].join("\r\n");
}

function lineOf({ id, rating }: RatingOfFilm, { items, catalog, scale, name }: DatasetInfo): string {
  const item = items.index(id);
  const title = item < 0 ? "" : filmName(catalog.titles[item]);
  if (title === "") {
    throw new MatineeError("ITEM_UNKNOWN", `${name} has no title for the film ${idText(id)}`, {
      fix: "write a .json file, which needs none",
    });
  }
  const [imdb, tmdb, year] = [catalog.imdb[item], catalog.tmdb[item], catalog.years[item]];
  const fields = [
    tmdb > 0 ? String(tmdb) : "",
    imdb > 0 ? `tt${String(imdb).padStart(7, "0")}` : "",
    title,
    year > 0 ? String(year) : "",
    String(toHalfStars(rating, scale)),
  ];
  return fields.map(csvField).join(",");
}
