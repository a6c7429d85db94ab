/** A blend of models under other weights: any, or those of its parts of ratings, or of its parts of content. */
import { didYouMean } from "../did-you-mean.ts";
import { MatineeError } from "../errors.ts";
import type { Blend } from "../models/model.ts";
import { present } from "../present.ts";
import type { OpenModel } from "./open-model.ts";

/** Weights of a blend's parts: one each, in the order of `model.blend.parts`, or by the parts' names: `{ als: 0.7, tfidf: 0.3 }`. */
export type PartWeights = readonly number[] | Readonly<Record<string, number>>;

/**
 * An opened model with other weights for its parts; nothing is trained anew. It is usable until the one given is disposed of.
 * @throws CAPABILITY_MISSING where the model is no blend, USAGE for weights that make no sense or do not name every part
 * @example
 * import { fit, hybrid, itemKnn, openModel, reweight, tfidf } from "matinee/core";
 * using blend = openModel(await fit(data, hybrid([itemKnn(), tfidf()], { weights: "equal" })));
 * const other = reweight(blend, { "item-knn": 1, tfidf: 2 });
 */
export function reweight(opened: OpenModel, weights: PartWeights): OpenModel {
  const { name, summary, predictor, training, info, fallback } = opened;
  const blend = blendOf(opened);
  return {
    name,
    summary,
    ...present({ predictor, training }),
    info,
    fallback,
    model: blend.weighted(weightsInOrder(blend, weights)),
    get search() {
      return opened.search;
    },
    prepareSearch: (step) => opened.prepareSearch(step),
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

function weightsInOrder({ parts }: Blend, weights: PartWeights): readonly number[] {
  if (Array.isArray(weights)) return weights;
  const byName = new Map(Object.entries(weights));
  const names = parts.map(({ name }) => name);
  const other = [...byName.keys()].find((name) => !names.includes(name));
  const left = names.find((name) => !byName.has(name));
  if (other !== undefined) {
    throw new MatineeError("USAGE", `the blend has no part ${other}`, {
      fix: `${didYouMean(other, names)}its parts are ${names.join(", ")}`,
    });
  }
  if (left !== undefined) {
    throw new MatineeError("USAGE", `the blend's part ${left} has no weight`, {
      fix: `give a weight for each of ${names.join(", ")}; 0 leaves one out`,
    });
  }
  return names.map((name) => byName.get(name)!);
}

function blendOf({ name, model }: OpenModel): Blend {
  if (model.blend) return model.blend;
  throw new MatineeError("CAPABILITY_MISSING", `the model ${name} is no blend of others`, { fix: "use hybrid" });
}
