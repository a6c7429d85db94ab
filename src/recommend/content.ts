/**
 * Content beside what a model goes by: TF-IDF of titles, genres and tags (src/models/tfidf.ts), by its default settings.
 *
 *   score(u, j) = (1 − c) m(own)_j + c m(content)_j            c: how much content counts; m: min-max over the films that u has not rated, 0 to 1
 *   sim(i, j)   = (1 − c) m(sim_own)_j + c m(sim_content)_j    m: min-max over the other films; films that are not similar at all count 0
 *
 * Scores are blended as `hybrid` does by the rule of study 002: where one side has no score for a film, its lowest stands in, and where neither
 * has one, there is none. Parts of explanations are scaled by what scores are. A film without ratings is so listed by its content.
 * Predicted ratings stay the model's own.
 */
import { checkNumber } from "../check-arguments.ts";
import { localEngine, type Step } from "../compute/engine.ts";
import { type DatasetInfo, datasetFrom } from "../data/dataset.ts";
import { idsFrom } from "../data/ids.ts";
import { blendedAnswer } from "../models/hybrid/blended-model.ts";
import { blendRows, scaleMeter } from "../models/hybrid/scale.ts";
import type { Model } from "../models/model.ts";
import { algorithmNamed } from "../models/registry.ts";
import { emptyProfile } from "../models/shared/profiles.ts";
import { completeSettings } from "../models/shared/settings.ts";
import { present } from "../present.ts";
import type { OpenModel } from "./open-model.ts";

const contentModel = "tfidf";
/**
 * An opened model that goes by content too: its scores, similar films and explanations are those of both. It is usable until the one given is
 * disposed of. What is known of content is made at the first use, once for all that share the same `info`.
 *
 * @param content how much content counts: from 0, the model as it is, to 1, content alone
 * @param step awaited between the parts of the making
 * @throws USAGE
 * @example
 * import { queryOfUser, recommend, similar, withContent } from "matinee/core";
 * const both = await withContent(recommender.opened, 0.3);
 * await recommend(both, queryOfUser(data, 3));
 * similar(both, data.items.index(260), 5);
 */
export async function withContent(opened: OpenModel, content: number, step?: Step): Promise<OpenModel> {
  checkNumber("withContent", "content", content ?? Number.NaN, { least: 0, most: 1 });
  if (content === 0) return opened;
  const { name, model: own, info, fallback, predictor } = opened;
  const predicts = own.ask({ profile: emptyProfile }).predict !== undefined;
  return {
    name: content === 1 ? contentModel : `${name}+${contentModel}`,
    summary: content === 1 ? algorithmNamed(contentModel).summary : `${opened.summary} Content counts ${content} of 1.`,
    ...present({ predictor: predictor ?? (predicts ? name : undefined) }),
    info,
    model: blendContent(own, await contentOf(info, step), content),
    fallback,
    get search() {
      return opened.search;
    },
    prepareSearch: (step) => opened.prepareSearch(step),
    [Symbol.dispose]() {},
  };
}

const made = new WeakMap<DatasetInfo, Promise<Model>>();

/** The model of content of some films. It is kept as long as these; what failed is not kept. */
export function contentOf(info: DatasetInfo, step: Step = async () => {}): Promise<Model> {
  const found = made.get(info);
  if (found) return found;
  const making = makeContent(info, step);
  made.set(info, making);
  making.catch(() => made.delete(info));
  return making;
}

/** Fits the model to the films and no ratings, from which it learns nothing. */
async function makeContent({ name, items, catalog, scale, feedback }: DatasetInfo, step: Step): Promise<Model> {
  const users = idsFrom(new Float64Array(0));
  const ratings = { userOf: new Int32Array(0), itemOf: new Int32Array(0), values: new Float32Array(0) };
  const films = datasetFrom({ name, users, items, catalog, scale, feedback, ratings });
  const algorithm = algorithmNamed(contentModel);
  const settings = completeSettings(contentModel, algorithm.settings);
  const engine = localEngine(2 ** 16); // in which it computes nothing
  return algorithm.open(await algorithm.fit(films, settings, { engine, seed: 0, step }), engine);
}

function blendContent(own: Model, content: Model, share: number): Model {
  const both = [
    { model: own, weight: 1 - share },
    { model: content, weight: share },
  ];
  const asked = both.filter(({ weight }) => weight > 0);
  const comparing = asked.filter(({ model }) => model.similarItems);
  return {
    items: content.items,
    ask(query) {
      const answer = own.ask(query);
      const { predict, deviate, explain, explainRating = explain } = answer;
      const blended = blendedAnswer(
        asked.map(({ model, weight }) => ({ answer: model === own ? answer : model.ask(query), weight })),
        { items: content.items, rated: query.profile.items, normalisation: "min-max" },
      );
      return { ...blended, ...present({ predict, deviate, explainRating: predict && explainRating }) };
    },
    similarItems(item, out) {
      const rows = comparing.map(({ model, weight }) => {
        const values = new Float64Array(out.length);
        model.similarItems!(item, values);
        values[item] = -Infinity;
        const meter = scaleMeter();
        meter.add(values);
        meter.add(Float64Array.of(0)); // of films that are not similar at all
        return { values, scale: meter.scale(), missing: 0, weight };
      });
      blendRows(rows, "min-max", out);
      out[item] = -Infinity;
    },
    topTerms: (item, k) => content.topTerms!(item, k),
    [Symbol.dispose]() {},
  };
}
