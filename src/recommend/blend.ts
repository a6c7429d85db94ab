/** A blend of models under other weights: any, or those of its parts of ratings, or of its parts of content. */
import { MatineeError } from "../errors.ts";
import type { Blend } from "../models/model.ts";
import { present } from "../present.ts";
import type { OpenModel } from "./open-model.ts";

/**
 * An opened model with other weights for its parts, in the order of `model.blend.parts`. It is usable until the one given is
 * disposed of.
 * @throws CAPABILITY_MISSING where the model is no blend, USAGE for weights that make no sense
 * @example
 * import { fit, hybrid, itemKnn, openModel, reweight, tfidf } from "matinee/core";
 * using blend = openModel(await fit(data, hybrid([itemKnn(), tfidf()], { weights: "equal" })));
 * const other = reweight(blend, [1, 2]);
 */
export function reweight(opened: OpenModel, weights: readonly number[]): OpenModel {
  const { name, summary, predictor, info, fallback } = opened;
  return {
    name,
    summary,
    ...present({ predictor }),
    info,
    fallback,
    model: blendOf(opened).weighted(weights),
    get search() {
      return opened.search;
    },
    [Symbol.dispose]() {},
  };
}

/**
 * An opened model by those parts alone that learn from ratings, or by those that learn from content. They keep their weights. A part
 * that learns from both, such as `pagerank`, is kept either way.
 * @throws CAPABILITY_MISSING where the model is no blend, or has no such part
 * @example
 * import { blendBy, fit, hybrid, itemKnn, openModel, tfidf } from "matinee/core";
 * using blend = openModel(await fit(data, hybrid([itemKnn(), tfidf()], { weights: "equal" })));
 * const byContent = blendBy(blend, "content");
 */
export function blendBy(opened: OpenModel, by: "ratings" | "content"): OpenModel {
  const { parts } = blendOf(opened);
  const kept = parts.map(({ learnsFrom }) => learnsFrom === by || learnsFrom === "both");
  if (!kept.includes(true)) {
    throw new MatineeError("CAPABILITY_MISSING", `none of ${parts.map(({ name }) => name).join(", ")} goes by ${by}`, {
      fix: "blend models of ratings with one of content, such as als,tfidf",
    });
  }
  const shares = parts.map(({ weight }, n) => (kept[n] ? weight : 0));
  // Learned weights may be 0 for all of them.
  return reweight(opened, shares.some(Boolean) ? shares : kept.map(Number));
}

function blendOf({ name, model }: OpenModel): Blend {
  if (model.blend) return model.blend;
  throw new MatineeError("CAPABILITY_MISSING", `the model ${name} is no blend of others`, { fix: "use hybrid" });
}
