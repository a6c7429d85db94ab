/**
 * How often ratings lie within the deviations that `bayesian-mf` gives with its predictions:
 *
 *   node scripts/deviations.ts [MASK]       writes docs/results/deviations.md; MASK holds out rows of ml-latest-small, as `--split mask:MASK` does
 *
 * MovieLens 100K and ml-latest-small are read from MATINEE_TEST_DATA (default ../shared/data). It takes some two minutes.
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { middleInterval, resampledRatios } from "../src/bootstrap.ts";
import { type Engine, localEngine } from "../src/compute/engine.ts";
import type { Dataset } from "../src/data/dataset.ts";
import { readRatings } from "../src/data/read.ts";
import { total } from "../src/evaluate/estimate.ts";
import { rowsOfEntries } from "../src/matrix/csr.ts";
import { configure } from "../src/models/configure.ts";
import { fit } from "../src/models/fit.ts";
import { profileOf } from "../src/models/shared/profiles.ts";
import { count } from "../src/numbers.ts";
import { random } from "../src/random.ts";
import { openModel } from "../src/recommend/open-model.ts";
import type { Splitter } from "../src/split/split.ts";
import { splitRatings, splits } from "../src/split/splits.ts";

const root = resolve(import.meta.dirname, "..");
const folder = process.env.MATINEE_TEST_DATA ?? resolve(root, "../shared/data");
const [mask] = process.argv.slice(2);
/** Held-out ratings of a split that are asked about, each for its own time. */
const asked = 1000;

interface Judged {
  readonly user: number;
  /** The error over the deviation. */
  readonly off: number;
  readonly deviation: number;
}

async function judge(data: Dataset, splitter: Splitter, dates: boolean, engine: Engine): Promise<Judged[]> {
  const { train, test } = await splitRatings(data, splitter, 0).split(0);
  using opened = openModel(await fit(train, configure("bayesian-mf", { dates }), { seed: 0, engine }), engine);
  const users = rowsOfEntries(test.offsets);
  const { int } = random(1);
  const drawn = new Set<number>();
  while (drawn.size < Math.min(asked, users.length)) drawn.add(int(users.length));
  return Array.from(drawn, (entry) => {
    const user = users[entry];
    const time = test.times![entry];
    const answer = opened.model.ask({ profile: profileOf(train.byUser, user), user, time });
    const item = test.indices.subarray(entry, entry + 1);
    const [predicted, deviation] = [new Float32Array(1), new Float32Array(1)];
    answer.predict!(item, predicted);
    answer.deviate!(item, deviation);
    return { user, off: Math.abs(test.values[entry] - predicted[0]) / deviation[0], deviation: deviation[0] };
  });
}

/** A share in percent, with its interval of 95 % by bootstrap over users. */
function shareOf(judged: readonly Judged[], within: number): string {
  const place = new Map([...new Set(judged.map(({ user }) => user))].map((user, n) => [user, n]));
  const [sums, weights] = [new Float64Array(place.size), new Float64Array(place.size)];
  for (const { user, off } of judged) {
    weights[place.get(user)!]++;
    if (off <= within) sums[place.get(user)!]++;
  }
  const share = total(sums) / total(weights);
  const [low, high] = middleInterval(resampledRatios({ sums, weights }, random(2)));
  const [percent, from, to] = [share, low, high].map((one) => (100 * one).toFixed(1));
  return `${percent} (${from} to ${to})`;
}

using engine = localEngine();
const [hundred, small] = [
  await readRatings(join(folder, "ml-100k")),
  await readRatings(join(folder, "ml-latest-small")),
];
const judgedSplits: (readonly [Dataset, Splitter])[] = [
  [hundred, splits.movieLens("u1")],
  [hundred, splits.perUser(0.8)],
  ...(mask === undefined ? [] : [[small, splits.mask(resolve(mask))] as const]),
  [hundred, splits.latest(0.8)],
];
const rows: string[] = [];
for (const [data, splitter] of judgedSplits) {
  for (const dates of [false, true]) {
    const judged = await judge(data, splitter, dates, engine);
    const mean = Math.sqrt(judged.reduce((sum, { deviation }) => sum + deviation ** 2, 0) / judged.length);
    const error = Math.sqrt(
      judged.reduce((sum, { off, deviation }) => sum + (off * deviation) ** 2, 0) / judged.length,
    );
    const name = splitter.name.startsWith("mask") ? "mask:MASK" : splitter.name;
    const cells = [data.name, name, dates ? "yes" : "no", shareOf(judged, 1), shareOf(judged, 2)];
    rows.push(`| ${[...cells, mean.toFixed(3), error.toFixed(3)].join(" | ")} |`);
    console.error(rows.at(-1));
  }
}
writeFileSync(
  join(root, "docs/results/deviations.md"),
  [
    "# Deviations of predictions",
    "",
    `\`node scripts/deviations.ts${mask === undefined ? "" : " MASK"}\` writes this page: what share of held-out ratings, in percent, lies within one and two of the standard deviations that \`bayesian-mf\` gives`,
    `with its predictions (normal numbers: 68.3 and 95.4), with intervals of 95 % by bootstrap over users. Of each split, ${count(asked)} held-out ratings are asked about, drawn at random, each`,
    "for its own time. Deviation and error are root means over these ratings. MASK is of 20,386 rows of ml-latest-small, seed 3.",
    "",
    "| data | split | dates | within one | within two | deviation | error |",
    `|${"---|".repeat(7)}`,
    ...rows,
    "",
  ].join("\n"),
);
