/**
 * Two films at a time, of which a new user says which they like better, in the place of ratings. Both films are chosen as those for ratings
 * are; whoever has not seen one of them says so.
 *
 * What models make of it: the better film counts as rated δ above its mean, the other as δ below it, and films seen of which nothing else is said
 * as rated by their mean. This is done with several δ, and the best of them is taken for each number, which flatters the duels.
 */
import { asItemIndex, type Dataset, type ItemIndex, likedFrom, shapeOf } from "../../src/data/dataset.ts";
import { defaultSpec } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { profileOf } from "../../src/models/shared/profiles.ts";
import { filmsToAsk } from "../../src/recommend/films-to-ask.ts";
import { type OpenModel, openModel } from "../../src/recommend/open-model.ts";
import { queryFromRatings } from "../../src/recommend/query.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { splitRatings, splits } from "../../src/split/splits.ts";

const distances = [0.5, 1];
/** Numbers of questions after which it is measured. */
export const duelCounts = [10, 20] as const;

/** What users said of pairs, and films that they rated, in the order of the questions. */
type Duel = { readonly better?: ItemIndex; readonly worse?: ItemIndex; readonly seen: readonly ItemIndex[] };

export interface DuelResult {
  readonly way: string;
  readonly questions: number;
  readonly ndcg: number;
  readonly rmse: number;
}

/** @returns for ratings and for duels, the means over the users held out, by the number of questions */
export async function compareDuels(data: Dataset, seed: number): Promise<DuelResult[]> {
  const split = await splitRatings(data, splits.strong(0.8), seed).split(0);
  const { train } = split;
  using opened = openModel(await fit(train, defaultSpec(shapeOf(data), data.feedback), { seed }));
  const means = Float64Array.from(train.counts, (count, film) => {
    const { values } = profileOf(train.byItem, film);
    return count === 0 ? (data.scale.min + data.scale.max) / 2 : values.reduce((sum, value) => sum + value, 0) / count;
  });
  const clamped = (rating: number) => Math.min(data.scale.max, Math.max(data.scale.min, rating));
  const sums = new Map<string, { gains: number[]; errors: number[] }>();
  for (let user = 0; user < split.test.rows; user++) {
    const [known, held] = [profileOf(split.profiles, user), profileOf(split.test, user)];
    if (held.items.length === 0 || known.items.length < 20) continue;
    const ratings = new Map(Array.from(known.items, (film, n) => [asItemIndex(film), known.values[n]]));
    const exclude = Array.from(held.items, asItemIndex);
    const single = askSingly(train, ratings, exclude);
    const duels = askDuels(train, ratings, exclude);
    for (const questions of duelCounts) {
      const add = async (way: string, profile: Iterable<readonly [ItemIndex, number]>) => {
        const key = `${way}\n${questions}`;
        const own = sums.get(key) ?? { gains: [], errors: [] };
        sums.set(key, own);
        const judged = await judge(opened, [...profile], known.items, held, likedFrom(data));
        if (judged.gain !== undefined) own.gains.push(judged.gain);
        own.errors.push(judged.error);
      };
      await add(
        "ratings",
        single.slice(0, questions).flatMap((film) => (film === undefined ? [] : [[film, ratings.get(film)!] as const])),
      );
      for (const distance of distances) {
        const profile = new Map<ItemIndex, number>();
        for (const { better, worse, seen } of duels.slice(0, questions)) {
          for (const film of seen) profile.set(film, means[film]);
          if (better !== undefined) profile.set(better, clamped(means[better] + distance));
          if (worse !== undefined) profile.set(worse, clamped(means[worse] - distance));
        }
        await add(`duels, δ = ${distance}`, profile);
      }
    }
  }
  return [...sums].map(([key, { gains, errors }]) => {
    const [way, questions] = key.split("\n");
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return { way, questions: Number(questions), ndcg: mean(gains), rmse: Math.sqrt(mean(errors)) };
  });
}

/** The film of each question, where the user knows it. */
function askSingly(train: Dataset, ratings: ReadonlyMap<ItemIndex, number>, exclude: readonly ItemIndex[]) {
  const [seen, unseen]: [ItemIndex[], ItemIndex[]] = [[], []];
  return Array.from({ length: Math.max(...duelCounts) }, () => {
    const [film] = filmsToAsk(train, { seen, unseen, exclude }, 1);
    (ratings.has(film) ? seen : unseen).push(film);
    return ratings.has(film) ? film : undefined;
  });
}

function askDuels(train: Dataset, ratings: ReadonlyMap<ItemIndex, number>, exclude: readonly ItemIndex[]): Duel[] {
  const [seen, unseen]: [ItemIndex[], ItemIndex[]] = [[], []];
  return Array.from({ length: Math.max(...duelCounts) }, () => {
    const pair = filmsToAsk(train, { seen, unseen, exclude }, 2);
    for (const film of pair) (ratings.has(film) ? seen : unseen).push(film);
    const known = pair.filter((film) => ratings.has(film)).sort((a, b) => ratings.get(b)! - ratings.get(a)!);
    const [better, worse] = known;
    const told = known.length === 2 && ratings.get(better)! > ratings.get(worse)!;
    return told ? { better, worse, seen: [] } : { seen: known };
  });
}

/** NDCG at 10 of the list for a profile, without any film that the user could be asked about, and the mean squared error. */
async function judge(
  opened: OpenModel,
  profile: readonly (readonly [ItemIndex, number])[],
  known: Int32Array,
  held: { readonly items: Int32Array; readonly values: Float32Array },
  liked: number,
): Promise<{ gain: number | undefined; error: number }> {
  const query = queryFromRatings(opened.info, profile);
  const films = Array.from(held.items, asItemIndex);
  const predicted = new Float32Array(films.length);
  opened.model.ask(query).predict!(held.items, predicted);
  const error = predicted.reduce((sum, rating, n) => sum + (rating - held.values[n]) ** 2, 0) / films.length;
  const relevant = new Set(films.filter((_, n) => held.values[n] >= liked).map((film) => opened.info.items.id(film)));
  if (relevant.size === 0) return { gain: undefined, error };
  const list = await recommend(opened, query, { k: 10, exclude: Array.from(known, asItemIndex) });
  const discount = (place: number) => 1 / Math.log2(place + 2);
  const gain = list.reduce((sum, { id }, place) => sum + (relevant.has(id) ? discount(place) : 0), 0);
  const best = Array.from({ length: Math.min(10, relevant.size) }, (_, place) => discount(place));
  return { gain: gain / best.reduce((sum, value) => sum + value, 0), error };
}
