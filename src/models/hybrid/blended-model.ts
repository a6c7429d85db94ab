/** Blends of opened models. */
import type { Arena, Engine, Step } from "../../compute/engine.ts";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { Answer, Answers, BlendPart, Explanation, Model, NewItems, PlacingContext, State } from "../model.ts";
import { answersOf, partOf, rowOf } from "../shared/answers.ts";
import { explanationSum } from "../shared/parts.ts";
import { profileOf } from "../shared/profiles.ts";
import { placeInBlend } from "./place.ts";
import { blendRows, linear, modelScores, type Normalisation, type Scale, scaleMeter } from "./scale.ts";

/** What is blended, except for the weights. */
export interface BlendInput {
  readonly parts: readonly (Omit<BlendPart, "weight"> & { readonly similarityScale: Scale })[];
  readonly normalisation: Normalisation;
  /** uint8 [items]: 1 for those that came after training, which are not among what numbers are normalised by. */
  readonly placed?: Uint8Array;
}

/** For more films than this, the scale of similarities is measured on rows at even distances. */
const mostRows = 1024;

/** Measures the scale of all similarities, those of a film with itself (1) and of films not similar at all (0) included. */
export async function measureSimilarityScale(model: Model, step: Step): Promise<Scale> {
  const meter = scaleMeter();
  const similarities = new Float64Array(model.items);
  const stride = Math.ceil(model.items / mostRows);
  for (let item = 0; model.similarItems && item < model.items; item += stride) {
    model.similarItems(item, similarities);
    similarities[item] = 1;
    for (let other = 0; other < similarities.length; other++) {
      if (!(similarities[other] > -Infinity)) similarities[other] = 0; // NaN, too, of a model that diverged
    }
    meter.add(similarities);
    await step(item + 1, model.items);
  }
  return meter.scale();
}

/** Makes a blend of opened models. @param weights one for each part, of any sum above 0 */
export function blendModels(blending: BlendInput, weights: readonly number[]): Model {
  const { parts, normalisation, placed } = blending;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const shares = weights.map((weight) => weight / sum);
  const weighed = parts.map((part, n) => ({ ...part, weight: shares[n] }));
  const asked = weighed.filter(({ weight }) => weight > 0);
  const similarityParts = asked.flatMap(({ model, ...part }) => (model.similarItems ? [{ ...part, model }] : []));
  const termModel = asked.find(({ model }) => model.topTerms)?.model;

  return {
    items: parts[0].model.items,
    ask: (query) =>
      blendedAnswer(
        asked.map(({ model, weight }) => ({ answer: model.ask(query), weight })),
        { items: parts[0].model.items, rated: query.profile.items, normalisation, ...present({ placed }) },
      ),
    askAll: (engine, arena) => blendedAnswers(engine, arena, asked, blending),
    blend: {
      parts: weighed.map(({ name, learnsFrom, model, weight }) => ({ name, learnsFrom, model, weight })),
      weighted(others) {
        checkWeights(parts.length, others);
        return blendModels(blending, others);
      },
    },
    ...(similarityParts.length === 0
      ? {}
      : {
          similarItems(item: number, out: Float64Array) {
            const compared = similarityParts.reduce((total, { weight }) => total + weight, 0);
            const rows = similarityParts.map(({ model, weight, similarityScale: scale }) => {
              const values = new Float64Array(out.length);
              model.similarItems?.(item, values);
              return { values, scale, missing: 0, weight: weight / compared };
            });
            blendRows(rows, normalisation, out, placed);
            out[item] = -Infinity;
          },
        }),
    ...(asked.some(({ model }) => model.placeItems)
      ? {
          placeItems: (state: State, items: NewItems, context: PlacingContext) =>
            placeInBlend(weighed, state, items, context),
        }
      : {}),
    ...(termModel ? { topTerms: (item: number, k: number) => termModel.topTerms!(item, k) } : {}),
    [Symbol.dispose]() {},
  };
}

/** How the answers about one query are blended. */
export interface AnswerBlend {
  readonly items: number;
  /** The items that the user rated. */
  readonly rated: Int32Array;
  readonly normalisation: Normalisation;
  /** As of `BlendInput`. */
  readonly placed?: Uint8Array;
}

/** Answers of some models about one query as one; all weights add up to 1. */
export function blendedAnswer(
  answers: readonly { readonly answer: Answer; readonly weight: number }[],
  { items, rated, normalisation, placed }: AnswerBlend,
): Answer {
  const rows = answers.map(({ answer, weight }) => {
    const values = new Float32Array(items);
    answer.score(values);
    return { answer, weight, ...modelScores(values, rated, placed) };
  });
  const score = (out: Float32Array) => blendRows(rows, normalisation, out, placed);
  if (normalisation === "rank" || rows.some(({ answer }) => !answer.explain)) return { score };

  /** Parts of the models' scores, as they count in the blend. Normalisation and missing scores together add one more part. */
  function explain(item: number): Explanation {
    const { add, parts } = explanationSum();
    let rest = 0;
    for (const { answer, weight, values, scale, missing } of rows) {
      const { factor, shift } = linear(normalisation as Exclude<Normalisation, "rank">, scale);
      rest += weight * shift;
      if (values[item] === -Infinity) rest += weight * factor * missing;
      else for (const part of answer.explain!(item).parts) add({ ...part, value: weight * factor * part.value });
    }
    if (rest !== 0) add({ kind: "normalisation", value: rest });
    return { parts: parts() };
  }
  return { score, explain };
}

function blendedAnswers(
  engine: Engine,
  arena: Arena,
  asked: readonly { readonly model: Model; readonly weight: number }[],
  { normalisation, placed }: BlendInput,
): Answers {
  const parts = asked.map(({ model, weight }) => ({ weight, answers: answersOf(model, engine, arena) }));
  const items = asked[0].model.items;
  return {
    async score(queries, out, step) {
      using own = engine.arena();
      const total = queries.users.length;
      const tiles = parts.map(() => own.float32(out.length));
      for (const [n, { answers }] of parts.entries()) {
        const [from, to] = [n, n + 1].map((done) => (total * done) / parts.length);
        await answers.score(queries, tiles[n], partOf(step, from, to, total));
      }
      for (let row = 0; row < total; row++) {
        const rated = profileOf(queries.profiles, row).items;
        const rows = parts.map(({ weight }, n) => ({
          weight,
          ...modelScores(rowOf(tiles[n], row, items), rated, placed),
        }));
        blendRows(rows, normalisation, rowOf(out, row, items), placed);
      }
    },
  };
}

function checkWeights(parts: number, weights: readonly number[]): void {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (weights.length === parts && weights.every((weight) => weight >= 0) && sum > 0 && Number.isFinite(sum)) return;
  throw new MatineeError("USAGE", `the weights of a blend of ${parts} models are ${weights.join(", ")}`, {
    fix: `give ${parts} numbers from 0, not all of them 0`,
  });
}
