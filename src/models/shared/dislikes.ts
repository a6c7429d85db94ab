/**
 * Dislikes: ratings in the lower part of the scale. A film that a user disliked is one that they know, and is not listed, but it is no
 * evidence that they like others: a model ranks as if the rating were not there. So no film rises for a dislike.
 *
 *   D(u) = { i : r_ui < low + δ (high − low) }        δ: the setting `dislike`, a half unless given; no event is a dislike
 *   scores and their explanations are those of R(u) \ D(u); predicted ratings, their explanations, and neighbours those of R(u)
 *
 * `setDislikesAside` does it for an algorithm that has the setting. Training sees all ratings. Its State has the fact `dislikesBelow`, a
 * rating on the scale of the data, unless nothing is a dislike; without it, as in states of earlier versions, nothing is.
 */
import type { DatasetInfo } from "../../data/dataset.ts";
import { type Csr, entriesWhere } from "../../matrix/csr.ts";
import { present } from "../../present.ts";
import type { Algorithm, Answer, Model, Profile, Queries, State } from "../model.ts";
import { changedScores } from "./answers.ts";
import { Type } from "./schema.ts";
import { neutralPoint } from "./standard-scale.ts";
import { numberOf } from "./state.ts";
import { withMethods } from "./with-methods.ts";

/** The setting of models in which a low rating would otherwise be evidence of some kind. */
export const dislikeSetting = Type.Number({
  default: 0.5,
  minimum: 0,
  maximum: 1,
  description:
    "how far up the scale dislikes end, as a share from the lowest rating to the highest: lower ratings are no evidence for or against other films in lists; with 0 all are",
});

/** The algorithm, ranking without the dislikes of a profile, if it has the setting. */
export function setDislikesAside<S>(algorithm: Algorithm<S>): Algorithm<S> {
  if (!Object.hasOwn(algorithm.settings.properties, "dislike")) return algorithm;
  const { fitBlocks, fitOnCluster } = algorithm;
  const marked = (train: Pick<DatasetInfo, "scale" | "feedback">, settings: S, state: State): State => {
    const below = dislikesBelow(train, (settings as { dislike: number }).dislike);
    return below === undefined ? state : { ...state, facts: { ...state.facts, dislikesBelow: below } };
  };
  return {
    ...algorithm,
    fit: async (train, settings, context) => marked(train, settings, await algorithm.fit(train, settings, context)),
    ...(fitBlocks && {
      fitBlocks: async (train, settings, context) =>
        marked(train.info, settings, await fitBlocks(train, settings, context)),
    }),
    ...(fitOnCluster && {
      fitOnCluster: async (train, settings, context) =>
        marked(train.info, settings, await fitOnCluster(train, settings, context)),
    }),
    open(state, engine) {
      const below = readDislikesBelow(state);
      const model = algorithm.open(state, engine);
      return below === undefined ? model : withoutDislikes(model, below);
    },
  };
}

/** The rating below which one is a dislike; undefined where none can be. */
function dislikesBelow(info: Pick<DatasetInfo, "scale" | "feedback">, share: number): number | undefined {
  const { min, max } = info.scale;
  if (info.feedback === "events" || share === 0 || max === min) return undefined;
  // Ratings are kept in single precision, which may make one of that very point a little less.
  return neutralPoint(info, share) - 2 ** -22 * Math.max(Math.abs(min), Math.abs(max));
}

/** @throws ARTIFACT_CONTENT */
function readDislikesBelow(state: State): number | undefined {
  return Object.hasOwn(state.facts, "dislikesBelow") ? numberOf(state, "dislikesBelow") : undefined;
}

function withoutDislikes(model: Model, below: number): Model {
  const { askAll, vectors } = model;
  const evidenceOfAll = (rows: Csr) => entriesWhere(rows, (entry) => rows.values[entry] >= below);
  return withMethods(model, {
    ask(query) {
      const profile = evidenceOf(query.profile, below);
      const ranking = model.ask({ ...query, profile });
      return rankedBy(ranking, () => (profile === query.profile ? ranking : model.ask(query)));
    },
    ...(askAll && {
      askAll(engine, arena) {
        const answers = askAll(engine, arena);
        const asked = ({ profiles, users }: Queries) => ({ profiles: evidenceOfAll(profiles), users });
        return { ...answers, ...changedScores(answers, { asked }) };
      },
    }),
    ...(vectors && {
      vectors(engine, arena) {
        const own = vectors(engine, arena);
        return { ...own, foldIn: (rows, out, step) => own.foldIn(evidenceOfAll(rows), out, step) };
      },
    }),
  });
}

/** The scores of one answer, and the predictions and the neighbours of another, which is asked for when it is needed. */
function rankedBy({ score, scoreInSteps, explain, taste, ...others }: Answer, ask: () => Answer): Answer {
  let asked: Answer | undefined;
  const whole = () => (asked ??= ask());
  const { predict, deviate, explainRating = explain, neighbours } = others;
  return {
    score,
    ...present({
      scoreInSteps,
      explain,
      taste,
      predict:
        predict && ((items: Int32Array, out: Float32Array, rules?: Uint8Array) => whole().predict!(items, out, rules)),
      deviate: deviate && ((items: Int32Array, out: Float32Array) => whole().deviate!(items, out)),
      explainRating: predict && explainRating && ((item: number) => (whole().explainRating ?? whole().explain)!(item)),
      neighbours: neighbours && (() => whole().neighbours!()),
    }),
  };
}

/** The profile without its dislikes. */
function evidenceOf(profile: Profile, below: number): Profile {
  const { items, values, times } = profile;
  if (values.every((value) => value >= below)) return profile;
  return {
    items: items.filter((_, n) => values[n] >= below),
    values: values.filter((value) => value >= below),
    ...present({ times: times?.filter((_, n) => values[n] >= below) }),
  };
}
