import { type Catalog, labelsFrom } from "../../src/data/catalog.ts";
import { type Dataset, datasetFrom } from "../../src/data/dataset.ts";
import { yearOf } from "../../src/data/film-title.ts";
import { idsFrom } from "../../src/data/ids.ts";

const films: [id: number, title: string, genres: string[]][] = [
  [10, "Night Harbour (1991)", ["Crime", "Drama"]],
  [20, "Silent Witness, The (1994)", ["Crime"]],
  [30, "Star Voyager (1982)", ["Sci-Fi", "Action"]],
  [40, "Star Voyager II (1985)", ["Sci-Fi", "Action"]],
  [50, "Emma (1996)", ["Romance"]],
  [60, "Emma (2020)", ["Romance", "Comedy"]],
  [70, "Long Road, Short Way (2003)", ["Comedy"]],
  [80, "Unseen (2019)", ["Drama"]],
];

const ratings: [user: number, film: number, rating: number][] = [
  [1, 10, 5],
  [1, 20, 4.5],
  [1, 70, 2],
  [2, 10, 4],
  [2, 20, 5],
  [2, 50, 3],
  [3, 30, 5],
  [3, 40, 5],
  [3, 10, 0.5],
  [4, 30, 4],
  [4, 40, 4.5],
  [5, 50, 4],
  [5, 60, 4],
  [5, 70, 3.5],
  [6, 10, 4.5],
  [6, 30, 2],
];

/** Eight films, of which nobody has rated the last, and six people; ids in tens. */
export function filmDataset(): Dataset {
  const items = idsFrom(Float64Array.from(films, ([id]) => id));
  const users = idsFrom(Float64Array.of(1, 2, 3, 4, 5, 6));
  const catalog: Catalog = {
    titles: films.map(([, title]) => title),
    years: Int16Array.from(films, ([, title]) => yearOf(title)),
    genres: labelsFrom(films.map(([, , genres]) => genres)),
    tags: labelsFrom(films.map(() => [])),
    imdb: new Int32Array(films.length),
    tmdb: new Int32Array(films.length),
  };
  return datasetFrom({
    name: "films",
    users,
    items,
    catalog,
    scale: { min: 0.5, max: 5, step: 0.5 },
    ratings: {
      userOf: Int32Array.from(ratings, ([user]) => users.index(user)),
      itemOf: Int32Array.from(ratings, ([, film]) => items.index(film)),
      values: Float32Array.from(ratings, ([, , rating]) => rating),
    },
  });
}
