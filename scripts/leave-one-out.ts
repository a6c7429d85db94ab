/**
 * What `bayesian-mf` errs on one rating of each user, beside Surprise, in repeated draws:
 *
 *   MATINEE_PYTHON=PYTHON node scripts/leave-one-out.ts [FOLDER]    writes docs/results/leave-one-out.md; PYTHON has scikit-surprise
 *
 * ml-latest-small is read from MATINEE_TEST_DATA (default ../shared/data). It takes the better part of an hour, most of it for SVDpp. What models
 * predicted stays in FOLDER, if one is named, and is read there where an earlier run has left it.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runProgram } from "../src/bench/run-program.ts";
import { createEngine } from "../src/compute/pool.ts";
import { readRatings } from "../src/data/read.ts";
import { createEstimator } from "../src/evaluate/estimate.ts";
import { metricsNamed } from "../src/evaluate/metrics.ts";
import { permutationTest } from "../src/evaluate/permutation-test.ts";
import { rowsOfEntries } from "../src/matrix/csr.ts";
import { configure } from "../src/models/configure.ts";
import { fit } from "../src/models/fit.ts";
import { predictAll } from "../src/models/shared/answers.ts";
import { openModel } from "../src/recommend/open-model.ts";
import { splitRatings, splits } from "../src/split/splits.ts";

const root = resolve(import.meta.dirname, "..");
const data = await readRatings(
  join(process.env.MATINEE_TEST_DATA ?? resolve(root, "../shared/data"), "ml-latest-small"),
);
const python = process.env.MATINEE_PYTHON ?? "python3";
const users = Int32Array.from({ length: data.users.size }, (_, user) => user);
/** Draws by model: one of SVDpp takes minutes. */
const own = { "bayesian-mf": 20, mf: 20, svdpp: 20 };
const peers = { SVD: 20, SVDpp: 14 };
const draws = { ...own, ...peers };

/** Squared errors of each draw's ratings, one a user: float64 [users] by draw. */
const errors = new Map<string, Float64Array[]>(Object.keys(draws).map((name) => [name, []]));
const [keptIn] = process.argv.slice(2);
const folder = keptIn ?? mkdtempSync(join(tmpdir(), "matinee-leave-one-out-"));
using engine = await createEngine({ threads: 1 });
try {
  for (let draw = 0; draw < Math.max(...Object.values(draws)); draw++) {
    const { train, test } = await splitRatings(data, splits.leaveOneOut(), draw).split(0);
    const keep = (name: string, predicted: Float32Array) => {
      const squares = new Float64Array(users.length);
      for (const [entry, user] of rowsOfEntries(test.offsets).entries()) {
        squares[user] = (predicted[entry] - test.values[entry]) ** 2;
      }
      errors.get(name)!.push(squares);
    };
    const read = (file: string) => {
      const bytes = readFileSync(file);
      return new Float32Array(bytes.buffer, bytes.byteOffset, test.values.length);
    };
    mkdirSync(join(folder, `${draw}`), { recursive: true });
    for (const [name, times] of Object.entries(own)) {
      if (draw >= times) continue;
      const file = join(folder, `${draw}`, `${name}.f32`);
      if (!existsSync(file)) {
        using opened = openModel(await fit(train, configure(name), { seed: draw, engine }), engine);
        writeFileSync(file, (await predictAll(opened.model, train.byUser, test, users, { engine }))!.ratings);
      }
      keep(name, read(file));
    }
    const write = (file: string, array: Int32Array | Float32Array) =>
      writeFileSync(join(folder, `${draw}`, file), array);
    write("user.i32", rowsOfEntries(train.byUser.offsets));
    write("item.i32", train.byUser.indices);
    write("rating.f32", train.byUser.values);
    write("wanted-user.i32", rowsOfEntries(test.offsets));
    write("wanted-item.i32", test.indices);
    for (const [name, times] of Object.entries(peers)) {
      if (draw >= times) continue;
      const file = join(folder, `${draw}`, `${name}.f32`);
      if (!existsSync(file)) {
        await runProgram(python, [join(root, "peers/surprise_ratings.py"), folder, `${draw}`, name]);
      }
      keep(name, read(file));
    }
  }
} finally {
  if (keptIn === undefined) rmSync(folder, { recursive: true });
}

const [rmse] = metricsNamed(["rmse"], data);
if (rmse.over === "lists") throw new Error("rmse is of people");
const estimator = createEstimator(1);
const added = (of: readonly Float64Array[]) =>
  users.reduce((sums, user) => {
    sums[user] = of.reduce((sum, squares) => sum + squares[user], 0);
    return sums;
  }, new Float64Array(users.length));
const rows = Object.entries(draws).map(([name, times]) => {
  const sums = added(errors.get(name)!);
  const { mean, low = mean, high = mean } = estimator.estimate(rmse, { sums, weights: sums.map(() => times) });
  const others = added(errors.get("bayesian-mf")!.slice(0, times));
  const p = permutationTest(
    sums.map((sum, user) => sum - others[user]),
    1,
  );
  const less =
    Math.sqrt(sums.reduce((sum, own) => sum + own) / (times * users.length)) -
    Math.sqrt(others.reduce((sum, own) => sum + own) / (times * users.length));
  const called = name in peers ? `Surprise's ${name}` : `\`${name}\``;
  return [
    called,
    times,
    `${mean.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`,
    name === "bayesian-mf" ? "" : less.toFixed(4),
    name === "bayesian-mf" ? "" : p.toFixed(4),
  ];
});
const table = [
  ["model", "draws", "RMSE, with 95 % interval", "above `bayesian-mf`", "p"],
  ["---", "---", "---", "---", "---"],
  ...rows,
];
writeFileSync(
  join(root, "docs/results/leave-one-out.md"),
  [
    "# One rating of each user held out",
    "",
    "`MATINEE_PYTHON=PYTHON node scripts/leave-one-out.ts` writes this page; PYTHON has scikit-surprise, which is asked with its default settings.",
    "",
    `Each draw holds out one rating at random of each of the ${users.length} users of ml-latest-small (\`--split loo\`, seeds 0, 1, …), and all models are trained on the`,
    "others. Errors are those of all draws. Intervals are over users, and p is of a paired permutation test over users, on the draws of the model in the row.",
    "",
    ...table.map((cells) => `| ${cells.join(" | ")} |`),
    "",
  ].join("\n"),
);
