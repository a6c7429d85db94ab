/** The films of the data, as the page looks for them itself. */
import type { ModelData, Titles } from "../../src/client.ts";
import { labelsFrom } from "../../src/data/catalog.ts";
import type { DatasetInfo } from "../../src/data/dataset.ts";
import { idsFrom } from "../../src/data/ids.ts";

export function filmsOfTitles(
  { ids, titles, years, ratings, genreNames, genres, imdb, tmdb }: Titles,
  { name, scale, feedback }: ModelData,
): DatasetInfo {
  const numbers = ids.filter((id) => typeof id === "number");
  return {
    name,
    users: idsFrom([]),
    items: idsFrom(numbers.length === ids.length ? Float64Array.from(numbers) : ids.map(String)),
    catalog: {
      titles,
      years: Int16Array.from(years),
      genres: labelsFrom(
        genres.map((places) => places.map((place) => genreNames[place])),
        genreNames,
      ),
      tags: labelsFrom(titles.map(() => [])),
      imdb: Int32Array.from(imdb),
      tmdb: Int32Array.from(tmdb),
    },
    scale,
    feedback,
    counts: Int32Array.from(ratings),
  };
}
