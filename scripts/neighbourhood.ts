/**
 * Who rates as somebody does, by several measures, and what it takes to tell:
 *
 *   node scripts/neighbourhood.ts       writes docs/results/neighbourhood.md
 *
 * ml-latest-small is read from MATINEE_TEST_DATA (default ../shared/data). Of each user with 40 ratings or more, some are the profile, films that
 * many have rated sooner than others; the rest is the test.
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Dataset, UserIndex } from "../src/data/dataset.ts";
import { readRatings } from "../src/data/read.ts";
import { meansOfColumns, meansOfRows } from "../src/matrix/csr.ts";
import { topK } from "../src/matrix/topk.ts";
import { fit } from "../src/models/fit.ts";
import { meanRating } from "../src/models/shared/fallback.ts";
import { popular } from "../src/models/specs.ts";
import { random } from "../src/random.ts";
import { neighbourhood } from "../src/recommend/neighbourhood.ts";
import { openModel } from "../src/recommend/open-model.ts";

const root = resolve(import.meta.dirname, "..");
const folder = process.env.MATINEE_TEST_DATA ?? resolve(root, "../shared/data");
const [leastRatings, neighbours, listed, leastRaters, damping] = [40, 25, 12, 5, 5];
const sizes = [8, 20];

type Ratings = ReadonlyMap<number, number>;
/** What is known of two users: their ratings of films that both rated, and those of all films of the second. */
interface Pair {
  readonly own: Ratings;
  readonly both: readonly (readonly [item: number, own: number, theirs: number])[];
  readonly user: number;
}

const table = (rows: readonly (readonly (string | number)[])[]) =>
  [rows[0], rows[0].map(() => "---"), ...rows.slice(1)].map((cells) => `| ${cells.join(" | ")} |`);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function measuresOf({ byUser }: Dataset, chance: () => number): Record<string, (pair: Pair) => number> {
  const middle = meanRating(byUser.values);
  const [userMeans, filmMeans] = [meansOfRows(byUser), meansOfColumns(byUser)];
  const cosine = (zero: (item: number, user: number | Ratings) => number, shrinkage: number) => {
    const lengths = Float64Array.from({ length: byUser.rows }, (_, user) => {
      let square = 0;
      for (let n = byUser.offsets[user]; n < byUser.offsets[user + 1]; n++) {
        square += (byUser.values[n] - zero(byUser.indices[n], user)) ** 2;
      }
      return Math.sqrt(square);
    });
    return ({ own, both, user }: Pair) => {
      const product = both.reduce((sum, [item, x, y]) => sum + (x - zero(item, own)) * (y - zero(item, user)), 0);
      const length = Math.sqrt([...own].reduce((sum, [item, x]) => sum + (x - zero(item, own)) ** 2, 0));
      return product > 0 ? (product / (length * lengths[user])) * (both.length / (both.length + shrinkage)) : -Infinity;
    };
  };
  const apart = ({ both }: Pair) => both.reduce((sum, [, x, y]) => sum + Math.abs(x - y), 0);
  const lessMean = cosine(() => middle, 10);
  const userMean = (user: number | Ratings) => (typeof user === "number" ? userMeans[user] : mean([...user.values()]));
  return {
    "cosine of ratings (`user-knn`)": cosine(() => 0, 0),
    "less each user's mean": cosine((_, user) => userMean(user), 10),
    "less each film's mean": cosine((item) => filmMeans[item], 10),
    "less the mean of all": lessMean,
    "**less the mean of all, at most a star apart**": (pair) =>
      apart(pair) <= pair.both.length ? lessMean(pair) : -Infinity,
    "least difference": (pair) => -(apart(pair) + 10) / (pair.both.length + 10),
    "any with three films in common": chance,
  };
}

/** For each measure: how far neighbours are from the user on films that were not compared, and how their list does. */
function compare(data: Dataset, size: number): string[][] {
  const { byUser, counts } = data;
  const { float } = random(1);
  const ratingsOf = (user: number) =>
    Array.from({ length: byUser.offsets[user + 1] - byUser.offsets[user] }, (_, n): [number, number] => {
      const at = byUser.offsets[user] + n;
      return [byUser.indices[at], byUser.values[at]];
    });
  const measures = measuresOf(data, float);
  const found = new Map(
    Object.keys(measures).map((name) => [
      name,
      { apart: [], known: [], liked: [], few: [] } as Record<string, number[]>,
    ]),
  );
  for (let user = 0; user < byUser.rows; user++) {
    const all = ratingsOf(user);
    if (all.length < leastRatings) continue;
    const drawn = all.map(([item, rating]) => ({ item, rating, key: float() ** (1 / counts[item]) }));
    drawn.sort((a, b) => b.key - a.key);
    const own = new Map(drawn.slice(0, size).map(({ item, rating }) => [item, rating]));
    const test = new Map(drawn.slice(size).map(({ item, rating }) => [item, rating]));
    const pairs = Array.from({ length: byUser.rows }, (_, other): Pair => {
      const both = ratingsOf(other).flatMap(([item, theirs]) =>
        own.has(item) ? [[item, own.get(item)!, theirs] as const] : [],
      );
      return { own, both, user: other };
    });
    for (const [name, measure] of Object.entries(measures)) {
      const scores = Float64Array.from(pairs, (pair) =>
        pair.user === user || pair.both.length < 3 ? -Infinity : measure(pair),
      );
      const nearest = topK(scores, neighbours);
      const { apart, known, liked, few } = found.get(name)!;
      few.push(nearest.length < 10 ? 1 : 0);
      if (nearest.length < 10) continue;
      const [sums, raters] = [new Float64Array(byUser.columns), new Int32Array(byUser.columns)];
      const theirs: number[] = [];
      for (const other of nearest) {
        for (const [item, rating] of ratingsOf(other)) {
          theirs.push(rating);
          sums[item] += rating;
          raters[item]++;
          if (test.has(item)) apart.push(Math.abs(test.get(item)! - rating));
        }
      }
      const middle = mean(theirs);
      const ranks = sums.map((sum, item) =>
        raters[item] < leastRaters || own.has(item)
          ? -Infinity
          : (sum - raters[item] * middle) / (raters[item] + damping),
      );
      const rated = [...topK(ranks, listed)].filter((item) => test.has(item));
      known.push(rated.length);
      liked.push(rated.filter((item) => test.get(item)! >= 4).length);
    }
  }
  return [...found].map(([name, { apart, known, liked, few }]) => [
    name,
    mean(apart).toFixed(3),
    mean(liked).toFixed(2),
    (mean(liked) / mean(known)).toFixed(3),
    `${Math.round(100 * mean(few))} %`,
  ]);
}

/** Milliseconds of processor time: of the first question, and of one of many, by the number of ratings. */
async function timesOf(data: Dataset): Promise<string[][]> {
  using opened = openModel(await fit(data, popular()));
  const ask = (items: Int32Array, values: Float32Array) =>
    neighbourhood(opened, data, { profile: { items, values } }, { k: 40 });
  const spent = async (work: () => Promise<unknown>) => {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const profilesOf = (size: number) => {
    const profiles: [Int32Array, Float32Array][] = [];
    for (let user = 0 as UserIndex; user < data.byUser.rows && profiles.length < 500; user++) {
      const [from, to] = [data.byUser.offsets[user], data.byUser.offsets[user + 1]];
      if (to - from < size) continue;
      // The films with most raters, which take longest.
      const entries = Array.from({ length: to - from }, (_, n) => from + n);
      entries.sort((a, b) => data.counts[data.byUser.indices[b]] - data.counts[data.byUser.indices[a]]);
      const chosen = entries.slice(0, size).sort((a, b) => a - b);
      profiles.push([
        Int32Array.from(chosen, (n) => data.byUser.indices[n]),
        Float32Array.from(chosen, (n) => data.byUser.values[n]),
      ]);
    }
    return profiles;
  };
  const first = await spent(() => ask(...profilesOf(20)[0]));
  const rows = [["the first of all", first.toFixed(0)]];
  for (const size of [10, 20, 50, 200]) {
    const profiles = profilesOf(size);
    const all = await spent(async () => {
      for (const profile of profiles) await ask(...profile);
    });
    rows.push([`${size} ratings`, (all / profiles.length).toFixed(2)]);
  }
  return rows;
}

const data = await readRatings(join(folder, "ml-latest-small"));
const large = await readRatings("synthetic-1m");
const lines = [
  "# People who rate alike",
  "",
  "`node scripts/neighbourhood.ts` writes this page. [Decision 63](../adr/0063-people-like-you-are-told-of-together.md) says what follows from it.",
  "",
  `The ${neighbours} nearest users by several measures, for each user of ml-latest-small with ${leastRatings} ratings or more, by some of their ratings. *apart*: stars`,
  `between the user and a neighbour on films that were not compared. *liked of ${listed}*: films of the neighbours' list that the user rated with four stars or more;`,
  "*of rated*: their share among those that the user rated. *too few*: users for whom there are fewer than ten neighbours.",
];
for (const size of sizes) {
  lines.push("", `## ${size} ratings`, "");
  lines.push(...table([["measure", "apart", `liked of ${listed}`, "of rated", "too few"], ...compare(data, size)]));
}
lines.push(
  "",
  "## Time",
  "",
  "Milliseconds of processor time of a question with 40 films, over the 1,000,209 made-up ratings of synthetic-1m.",
  "",
);
lines.push(...table([["question", "ms"], ...(await timesOf(large))]), "");
writeFileSync(join(root, "docs/results/neighbourhood.md"), lines.join("\n"));
