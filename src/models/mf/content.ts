/** Priors of the films' factors and biases of `mf`, from their content. */
import type { Arena } from "../../compute/engine.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { FitContext } from "../model.ts";
import { type FilmFeatures, readFeatures } from "../shared/features.ts";
import { paddedLength } from "../shared/padding.ts";
import { createProjection } from "../shared/projection.ts";
import { type MfSide, systemOrder } from "./parameters.ts";
import type { MfSettings } from "./settings.ts";

export interface Content {
  /** float32 [items × orderOf(factors)]: factors, bias and then zeros; zeros for films without ratings. */
  readonly priors: Float32Array;
  /** μ |W|² */
  readonly penalty: number;
  readonly features: FilmFeatures;
  /** A copy of Wᵀ: float32 [features × (factors + 1)], the bias last. */
  projection(): Float32Array;
  /** Improves the projection, and so the priors, for the films' factors and biases as they are now. */
  update(): Promise<void>;
  /** Sets factors and biases of the films without ratings to their priors. */
  fillUnrated(): Promise<void>;
}

/**
 * Starts with priors of 0. Undefined where the settings ask for none.
 * @throws what `readFeatures` throws
 */
export async function createContent(
  arena: Arena,
  { catalog, counts }: Pick<Dataset, "catalog" | "counts">,
  settings: MfSettings,
  { factors, bias }: Pick<MfSide, "factors" | "bias">,
  context: FitContext,
): Promise<Content | undefined> {
  const features = await readFeatures(catalog, settings.features, "mf", context);
  if (!features) return undefined;
  const { regularisation, scaling, contentRegularisation: mu } = settings;
  const [stride, width] = [paddedLength(settings.factors), systemOrder(settings.factors)];
  const weights = Float64Array.from(counts, (count) => (count === 0 ? 0 : regularisation * count ** scaling));
  const projection = createProjection(context.engine, arena, features.rows, { weights, width, mu });
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
    features,
    projection() {
      const { factors: f } = settings;
      const copy = new Float32Array(features.rows.columns * (f + 1));
      for (let row = 0; row < features.rows.columns; row++) {
        copy.set(projection.w.subarray(row * width, row * width + f), row * (f + 1));
        copy[row * (f + 1) + f] = projection.w[row * width + stride];
      }
      return copy;
    },
    async update() {
      gather();
      await projection.update(y);
    },
    async fillUnrated() {
      await projection.fillUnrated(y);
      for (let item = 0; item < counts.length; item++) {
        if (counts[item] > 0) continue;
        factors.set(y.subarray(item * width, item * width + stride), item * stride);
        bias[item] = y[item * width + stride];
      }
    },
  };
}
