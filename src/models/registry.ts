import type { Shape } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { didYouMean } from "../suggest.ts";
import { als } from "./als.ts";
import { bias } from "./bias.ts";
import { completeConfig } from "./config.ts";
import { ease } from "./ease.ts";
import { itemKnn } from "./item-knn.ts";
import { mf } from "./mf.ts";
import type { Algorithm } from "./model.ts";
import { neural } from "./neural.ts";
import { popular } from "./popular.ts";

/** Every algorithm. A line here enrols it in the command, the server, the documentation and the conformance tests. */
export const algorithms: readonly Algorithm[] = [popular, bias, itemKnn, ease, als, mf, neural];

/** The algorithm of this name; MODEL_UNKNOWN otherwise. */
export function algorithmNamed(name: string): Algorithm {
  const found = algorithms.find((algorithm) => algorithm.name === name);
  if (found) return found;
  const names = algorithms.map((algorithm) => algorithm.name);
  throw new MatineeError("MODEL_UNKNOWN", `there is no model "${name}"`, {
    fix: `${didYouMean(name, names)}the models are ${names.join(", ")}`,
  });
}

/** The best model that fits these data in about a minute and a gigabyte: what is used when none is named. */
export function defaultModel(shape: Shape): string {
  // Flops a minute: ease measured at 10 to 31 GFLOP/s (relaxed), less a third for slower machines; item-knn runs plain loops.
  const minutes: readonly (readonly [Algorithm, number])[] = [
    [ease as Algorithm, 4e11],
    [itemKnn as Algorithm, 3e10],
  ];
  const affordable = minutes.find(([algorithm, flops]) => {
    const { bytes, operations } = algorithm.estimate(shape, defaults(algorithm));
    return bytes <= 2 ** 30 && operations <= flops;
  })?.[0];
  return (affordable ?? popular).name;
}

function defaults(algorithm: Algorithm): unknown {
  return completeConfig(algorithm.name, algorithm.config);
}
