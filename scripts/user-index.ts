/**
 * Whether an index over users would find their neighbours sooner than comparing with all of them: `node scripts/user-index.ts [--write]`. Each
 * user is projected on random directions, where a product is a cosine but for an error of about 1 / √directions, and the projections enter
 * a graph (src/compute/hnsw.ts). With --write the table becomes docs/results/user-index.md.
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { dataShapes } from "../src/bench/data-shapes.ts";
import { type Dataset, fit, localEngine, openModel, profileOf, userKnn } from "../src/core.ts";
import { syntheticRatings } from "../src/data/synthetic/synthetic-ratings.ts";
import { hnsw, random, readRatings } from "../src/index.ts";

const real = resolve(process.env.MATINEE_TEST_DATA ?? join(import.meta.dirname, "../../shared/data"));
const dataSets: readonly (() => Promise<Dataset>)[] = [
  () => readRatings(join(real, "ml-latest-small")),
  () => readRatings(join(real, "ml-100k")),
  () => syntheticRatings({ ...dataShapes["ml25m-active"], name: "ml25m-active (made up)", seed: 42 }),
  () => syntheticRatings({ ...dataShapes.ml25m, name: "ml25m (made up)", seed: 42 }),
];
const settings = [
  { directions: 128, candidates: 512 },
  { directions: 512, candidates: 512 },
  { directions: 512, candidates: 2048 },
];
/** A graph of all users of 25 million ratings takes minutes for each number of directions; the first shows enough. */
const manyUsers = 100_000;
const asked = 300;
const engineBytes = 3 * 2 ** 30;

/** float32 [users × directions]: ratings less the user's mean, on directions of +1 and −1 for each film, each row of length 1. */
function projectUsers({ byUser }: Dataset, directions: number): Float32Array {
  const { float } = random(1);
  const signs = Float32Array.from({ length: byUser.columns * directions }, () => (float() < 0.5 ? -1 : 1));
  const vectors = new Float32Array(byUser.rows * directions);
  for (let user = 0; user < byUser.rows; user++) {
    const { items, values } = profileOf(byUser, user);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const vector = vectors.subarray(user * directions, (user + 1) * directions);
    for (const [n, item] of items.entries()) {
      for (let k = 0; k < directions; k++) vector[k] += (values[n] - mean) * signs[item * directions + k];
    }
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1;
    for (let k = 0; k < directions; k++) vector[k] /= length;
  }
  return vectors;
}

async function rowsOf(data: Dataset): Promise<string[]> {
  const users = Array.from({ length: asked }, (_, n) => Math.floor((n * data.users.size) / asked));
  using knn = openModel(await fit(data, userKnn({ preset: "mean-centred" })), localEngine(engineBytes));
  const neighboursOf = (user: number) => knn.model.ask({ profile: profileOf(data.byUser, user), user }).neighbours!();
  for (const user of users.slice(0, 20)) neighboursOf(user); // what is made at the first query, and compiled
  const start = performance.now();
  const nearest = users.map((user) => new Set(neighboursOf(user).map((neighbour) => neighbour.user)));
  const exact = (performance.now() - start) / asked;

  const rows: string[] = [];
  for (const { directions, candidates } of data.users.size > manyUsers ? settings.slice(0, 1) : settings) {
    const started = performance.now();
    const vectors = projectUsers(data, directions);
    const index = await hnsw()(vectors, directions, async () => {});
    const made = performance.now();
    const found = users.map((user) => {
      return new Set(index.candidates(vectors.subarray(user * directions, (user + 1) * directions), candidates));
    });
    const searched = performance.now();
    const all = nearest.reduce((sum, own) => sum + own.size, 0);
    const hits = nearest.reduce((sum, own, n) => sum + [...own].filter((user) => found[n].has(user)).length, 0);
    const cells = [
      data.name,
      data.users.size.toLocaleString("en-US"),
      exact.toFixed(2),
      directions,
      candidates,
      ((made - started) / 1000).toFixed(1),
      ((searched - made) / asked).toFixed(2),
      (hits / all).toFixed(2),
    ];
    rows.push(`| ${cells.join(" | ")} |`);
    process.stderr.write(`${rows.at(-1)}\n`);
  }
  return rows;
}

const rows: string[] = [];
for (const read of dataSets) rows.push(...(await rowsOf(await read())));
const page = `# An index over users

\`node scripts/user-index.ts --write\` writes this page: the 29 nearest users of ${asked}, by the cosine of ratings less the user's mean. *Exact* compares
with all users (decision [9](../adr/0009-neighbours-by-byte-sums.md)). The index searches a graph over projections on random directions for
candidates, of whom the nearest would then be chosen; *found* is the share of the true neighbours that are among the candidates. One thread;
milliseconds are those of one user.

| Data | Users | Exact, ms | Directions | Candidates | Index made in, s | Search, ms | Found |
|---|---|---|---|---|---|---|---|
${rows.join("\n")}
`;
if (process.argv[2] === "--write") writeFileSync(join(import.meta.dirname, "../docs/results/user-index.md"), page);
else process.stdout.write(page);
