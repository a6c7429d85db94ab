/** Made-up ratings under the ids and titles that the documentation's programs ask for. */
import { type Dataset, datasetFrom } from "../../src/data/dataset.ts";
import { yearOf } from "../../src/data/film-title.ts";
import { idsFrom } from "../../src/data/ids.ts";
import { syntheticRatings } from "../../src/data/synthetic/synthetic-ratings.ts";

const known: Readonly<Record<number, string>> = {
  1: "Toy Story (1995)",
  122: "Boomerang (1992)",
  260: "Star Wars: Episode IV - A New Hope (1977)",
  1196: "Star Wars: Episode V - The Empire Strikes Back (1980)",
};

/** 50 users and 300 films; the films above are among the most rated. */
export async function madeUpFilms(): Promise<Dataset> {
  const data = await syntheticRatings({ users: 50, items: 300, ratings: 2000, seed: 7 });
  const ids = Float64Array.from({ length: data.items.size }, (_, item) => (item === 299 ? 1196 : item + 1));
  const titles = data.catalog.titles.map((title, item) => known[ids[item]] ?? title);

  // each known film changes places with one of the most rated
  const place = ids.map((_, item) => item);
  const mostRated = ids.map((_, item) => item).sort((a, b) => data.counts[b] - data.counts[a]);
  Object.keys(known).forEach((id, n) => {
    const [from, to] = [mostRated[n], ids.indexOf(Number(id))];
    [place[from], place[to]] = [place[to], place[from]];
  });

  const { rows, offsets, indices, values, times } = data.byUser;
  const userOf = new Int32Array(values.length);
  for (let user = 0; user < rows; user++) userOf.fill(user, offsets[user], offsets[user + 1]);
  return datasetFrom({
    ...data,
    items: idsFrom(ids),
    catalog: { ...data.catalog, titles, years: Int16Array.from(titles, yearOf) },
    ratings: { userOf, itemOf: indices.map((item) => place[item]), values, times: times! },
  });
}
