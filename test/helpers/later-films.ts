/** ml-latest-small as it would be if fifty of its films came after training. */
import { labelsOf } from "../../src/data/catalog.ts";
import { type Dataset, datasetFromCsr } from "../../src/data/dataset.ts";
import { selectCatalog } from "../../src/data/filter.ts";
import { idsFrom } from "../../src/data/ids.ts";
import { readRatings } from "../../src/data/read.ts";
import { entriesWhere } from "../../src/matrix/csr.ts";
import { present } from "../../src/present.ts";
import { random } from "../../src/random.ts";
import type { NewFilm } from "../../src/recommend/new-films.ts";
import { queryOfUser } from "../../src/recommend/query.ts";
import type { Recommender } from "../../src/recommend/recommender.ts";
import { dataFolder } from "./data.ts";

export interface NewFilmStudy {
  readonly data: Dataset;
  /** Indices of the films in `data`, ascending. */
  readonly chosen: Int32Array;
  /** The data without these films. */
  readonly without: Dataset;
  /** The data without their ratings. */
  readonly described: Dataset;
  /** What the catalog says of them. */
  readonly films: readonly NewFilm[];
}

/** Four sequels, and 46 films with at least 20 ratings that a seed chooses. */
export async function newFilmStudy(): Promise<NewFilmStudy> {
  const data = await readRatings(dataFolder("ml-latest-small"));
  const { byUser, report, users, items, scale, name, catalog, counts } = data;
  const often = [...counts.keys()].filter((item) => counts[item] >= 20);
  const { int } = random(1);
  const chosen = new Set<number>([3114, 589, 1221, 1374].map((id) => items.index(id)));
  while (chosen.size < 50) chosen.add(often[int(often.length)]);
  const kept = Int32Array.from(counts.keys()).filter((item) => !chosen.has(item));
  const indexOf = new Int32Array(items.size);
  for (const [index, item] of kept.entries()) indexOf[item] = index;
  const hidden = entriesWhere(byUser, (entry) => !chosen.has(byUser.indices[entry]));
  const without = datasetFromCsr(
    {
      name,
      users,
      items: idsFrom(Float64Array.from(kept, (item) => Number(items.id(item)))),
      catalog: selectCatalog(catalog, kept),
      scale,
    },
    { ...hidden, columns: kept.length, indices: hidden.indices.map((item) => indexOf[item]) },
    report,
  );
  const films = Array.from(chosen, (item): NewFilm => {
    const [imdb, tmdb] = [catalog.imdb[item] || undefined, catalog.tmdb[item] || undefined];
    const [genres, tags] = [catalog.genres, catalog.tags].map((labels) => labelsOf(labels, item));
    return { id: items.id(item), title: catalog.titles[item], genres, tags, ...present({ imdb, tmdb }) };
  });
  const described = datasetFromCsr({ name, users, items, catalog, scale }, hidden, report);
  return { data, chosen: Int32Array.from(chosen).sort(), without, described, films };
}

/** NDCG at 10 of the chosen films ranked among themselves, of every fourth user; relevant are those that they rated 4 or higher. */
export function ndcgAmong(
  { data: { byUser, users }, chosen }: NewFilmStudy,
  recommender: Pick<Recommender, "opened" | "users" | "info">,
): number {
  const gain = (place: number) => 1 / Math.log2(place + 2);
  const gains: number[] = [];
  for (let row = 0; row < byUser.rows; row += 4) {
    const relevant = new Set<number>();
    for (let n = byUser.offsets[row]; n < byUser.offsets[row + 1]; n++) {
      if (byUser.values[n] >= 4 && chosen.includes(byUser.indices[n])) relevant.add(byUser.indices[n]);
    }
    if (relevant.size === 0) continue;
    const scores = new Float32Array(recommender.info.items.size);
    recommender.opened.model.ask(queryOfUser(recommender.users!, users.id(row))).score(scores);
    const ranked = [...chosen].sort((a, b) => scores[b] - scores[a] || a - b).slice(0, 10);
    const found = ranked.reduce((sum, item, place) => sum + (relevant.has(item) ? gain(place) : 0), 0);
    const best = ranked.reduce((sum, _, place) => sum + (place < relevant.size ? gain(place) : 0), 0);
    gains.push(found / best);
  }
  return gains.reduce((sum, value) => sum + value, 0) / gains.length;
}
