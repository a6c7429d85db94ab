/** What content says of the films of `mf`: of their factors and of their bias alike. */
import type { Arena } from "../../compute/engine.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { FitContext } from "../model.ts";
import { featuresOf, projectionOf } from "../shared/projection.ts";
import type { MfSettings } from "./settings.ts";
import { type MfSide, orderOf, strideOf } from "./sides.ts";

export interface Content {
  /** float32 [items × orderOf(factors)]: factors, bias and then zeros; zeros for films without ratings. */
  readonly priors: Float32Array;
  /** μ |W|² */
  readonly penalty: number;
  /** Takes the priors nearer to what the films' factors and biases tell. */
  follow(): Promise<void>;
  /** Gives films without ratings the factors and the bias that their content tells. */
  fill(): Promise<void>;
}

/**
 * Undefined where settings ask for none.
 * @throws what `featuresOf` throws
 */
export async function contentOf(
  arena: Arena,
  { catalog, counts }: Pick<Dataset, "catalog" | "counts">,
  settings: MfSettings,
  { factors, bias }: Pick<MfSide, "factors" | "bias">,
  context: FitContext,
): Promise<Content | undefined> {
  const features = await featuresOf(catalog, settings.features, "mf", context);
  if (!features) return undefined;
  const { regularisation, scaling, contentRegularisation: mu } = settings;
  const [stride, width] = [strideOf(settings.factors), orderOf(settings.factors)];
  const weights = Float64Array.from(counts, (count) => (count === 0 ? 0 : regularisation * count ** scaling));
  const projection = projectionOf(context.engine, arena, features, { weights, width, mu });
  const y = arena.float32(counts.length * width);

  function gather(): void {
    for (let item = 0; item < counts.length; item++) {
      y.set(factors.subarray(item * stride, (item + 1) * stride), item * width);
      y[item * width + stride] = bias[item];
    }
  }

  return {
    priors: projection.priors,
    get penalty() {
      return projection.penalty;
    },
    async follow() {
      gather();
      await projection.follow(y);
    },
    async fill() {
      await projection.fill(y);
      for (let item = 0; item < counts.length; item++) {
        if (counts[item] > 0) continue;
        factors.set(y.subarray(item * width, item * width + stride), item * stride);
        bias[item] = y[item * width + stride];
      }
    },
  };
}
