/** The workload of predicted ratings. */
import type { Engine } from "../../compute/engine.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { Csr } from "../../matrix/csr.ts";
import { configure } from "../../models/configure.ts";
import { fit } from "../../models/fit.ts";
import { predictAll } from "../../models/shared/answers.ts";
import { openModel } from "../../recommend/open-model.ts";
import type { Split } from "../../split/split.ts";
import { splitRatings, splits } from "../../split/splits.ts";
import { timeRepeatedly, type Workload } from "../workload.ts";

const factors = 64;
const trainedOn = 0.8;

/** Fits a model to four fifths of the ratings, which is not timed, and hands it over with the others. */
async function withPredictions<T>(
  data: Dataset,
  engine: Engine,
  work: (predict: (wanted: Csr) => ReturnType<typeof predictAll>, split: Split) => Promise<T>,
): Promise<T> {
  const split = await splitRatings(data, splits.ratio(trainedOn)).split(0);
  using opened = openModel(await fit(split.train, configure("mf", { factors }), { engine }), engine);
  const users = Int32Array.from({ length: data.users.size }, (_, user) => user);
  return await work((wanted) => predictAll(opened.model, split.profiles, wanted, users, { engine }), split);
}

/** The first entry of each row, without its value. */
function firstOfRows({ rows, columns, offsets, indices }: Csr): Csr {
  const filled = Array.from({ length: rows }, (_, row) => row).filter((row) => offsets[row] < offsets[row + 1]);
  const starts = new Int32Array(rows + 1);
  for (const row of filled) starts[row + 1] = 1;
  for (let row = 0; row < rows; row++) starts[row + 1] += starts[row];
  return {
    rows,
    columns,
    offsets: starts,
    indices: Int32Array.from(filled, (row) => indices[offsets[row]]),
    values: new Float32Array(filled.length),
  };
}

export const mfPredictionsWorkload: Workload = {
  name: "predict-mf-ml-1m",
  shape: "ml-1m",
  unit: `a fifth of the ratings predicted by a mf fitted to the others, ${factors} factors, users folded in`,
  // a system of factors and bias for each user, of which half is computed; then a product for each prediction
  flops({ users, byUser }) {
    const [order, ratings] = [factors + 1, byUser.values.length];
    const foldIn =
      trainedOn * ratings * (order * order + 4 * order) + users.size * (order ** 3 / 3 + 2 * order * order);
    return foldIn + (1 - trainedOn) * ratings * 2 * factors;
  },
  time: (data, engine) =>
    withPredictions(data, engine, async (predict, { test }) => {
      const seconds = await timeRepeatedly(7, () => predict(test));
      const foldIn = await timeRepeatedly(7, () => predict(firstOfRows(test)));
      const share = Math.min(...foldIn) / Math.min(...seconds);
      return { seconds, remark: `fold-in: ${(100 * Math.min(1, share)).toFixed(0)} %` };
    }),
  result: (data, engine) =>
    withPredictions(data, engine, async (predict, { test }) => {
      const { ratings, rules } = (await predict(test))!;
      return [ratings, rules];
    }),
};
