/** Users as the mean of the vectors of the films that they rated, as in study 002. */
import { type Dataset, fit, type Model, type ModelSpec, type Trained } from "../../core.ts";
import { type Contender, customContender } from "../../index.ts";

/**
 * @param als an `als`
 * @param leaking the data to learn the vectors from, in place of the training ratings
 */
export function meanVectorContender(name: string, als: ModelSpec, leaking?: Dataset): Contender {
  return customContender(name, async (train, options) => meanModel(await fit(leaking ?? train, als, { ...options })));
}

function meanModel({ state: { tensors } }: Trained): Model {
  const { shape, data: vectors } = tensors.items;
  const [items, length] = shape;
  return {
    items,
    ask: ({ profile }) => ({
      score(out) {
        const sum = new Float64Array(length);
        for (const item of profile.items) for (let k = 0; k < length; k++) sum[k] += vectors[item * length + k];
        for (let item = 0; item < items; item++) {
          let score = 0;
          for (let k = 0; k < length; k++) score += sum[k] * vectors[item * length + k];
          out[item] = score; // the mean would give the same order
        }
      },
    }),
    [Symbol.dispose]() {},
  };
}
