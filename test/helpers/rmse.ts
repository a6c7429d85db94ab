import type { Dataset } from "../../src/data/dataset.ts";
import type { Model } from "../../src/models/model.ts";
import { subjectOf } from "../../src/recommend/subject.ts";

/** Root mean squared error of what a model fitted on `train` predicts for the ratings of `test`, and how many there are. */
export function rmseOf(model: Model, train: Dataset, test: Dataset): { rmse: number; count: number } {
  let [squares, count] = [0, 0];
  for (const user of test.users.values) {
    const { items, values } = subjectOf(test, user).profile;
    const asked = items.map((item) => train.items.index(test.items.id(item)));
    const predicted = new Float32Array(items.length);
    model.ask(subjectOf(train, user)).predict!(asked, predicted);
    for (const [n, value] of values.entries()) squares += (predicted[n] - value) ** 2;
    count += items.length;
  }
  return { rmse: Math.sqrt(squares / count), count };
}
