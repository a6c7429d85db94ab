/**
 * Implicit matrix factorisation by alternating least squares: Y. Hu, Y. Koren, C. Volinsky, "Collaborative filtering for
 * implicit feedback datasets", ICDM 2008; conjugate gradient as in G. Takács, I. Pilászy, D. Tikk, RecSys 2011.
 *
 *   minimise Σ_{all u,i} c_ui (p_ui − x_u · y_i)² + Σ_u λ_u |x_u|² + Σ_i λ_i |y_i|²,   p_ui = 1 if r_ui > 0, else 0
 *   c_ui = α r_ui (as the library implicit has it) or 1 + α r_ui (as in the paper, and Spark); 1 where unrated or r_ui ≤ 0
 *   λ_u = λ m_u^ν, likewise for items; ν = 0: plain
 *   m_u = n_u, the ratings of u (with ν = 1 as in Spark), or m_u = Σ_i c_ui over all items, which for ratings of 1 is, up to a
 *   factor, the |I_u| + α₀ |I| of S. Rendle, W. Krichene, L. Zhang, Y. Koren, "Revisiting the performance of iALS on item
 *   recommendation benchmarks", RecSys 2022, with α = 1 / α₀
 *   score(u, j) = x_u · y_j,   x_u = A⁻¹ Σ_i c_ui y_i,   A = YᵀY + λ_u I + Σ_i (c_ui − 1) y_i y_iᵀ   (equation 4)
 *   part of rating i in score j: c_ui · y_jᵀ A⁻¹ y_i                                            (equation 7)
 *
 * r is on the standard scale (src/models/shared/standard-scale.ts), where every rating is above 0: a low one is less certain to
 * speak for a film, not against it. In a profile, dislikes are set aside (src/models/shared/dislikes.ts). Of events it is their
 * weight there, and 0 for an amount of 0 or less, which is no evidence, and counts as no rating in all of the formulas, n_u among
 * them (in the paper, r_ui = 0 where a film was not watched); so does a rating of 0 or less with scale = data. Such a film is still
 * one that the user knows, and is not recommended.
 *
 * With features, λ_i |y_i − W f_i|² + μ |W|² takes the place of λ_i |y_i|²: f_i is the content of film i, and W is learnt between
 * the half-steps (src/models/shared/projection.ts). A film without ratings has y_i = W f_i, also one that comes after training. As its
 * missing ratings say nothing of any user, it is left out of all sums over items.
 *
 * Every user is folded in by equation 4, in the training data or not, so the factors of users are not kept.
 *
 * A cluster minimises the same with ν = 1 by the number of ratings, c = 1 + α r and no features, each half-step exactly (Spark's ALS).
 *
 * State: items float32 [items × factors] = Y; facts alpha, base (c = base + α r), regularisation, scaling, scaledBy, losses (after
 * each iteration, over the sum of all c; none from a cluster), from a cluster foundBy: its name, version and blocks. With features also rated uint8 [items], 1 where the item has ratings, and the fact cells, the
 * number of items in training; projection float32 [features × factors] = Wᵀ; facts content, what f is made of, and featureCount; for
 * words the fact terms and idf float64 [features], for texts the fact textModel.
 *
 * Training goes on from Y: its first half-step finds the users. W starts at 0.
 */
import { gramPartials, portionedGram } from "../../compute/gram.ts";
import { MatineeError } from "../../errors.ts";
import { finish } from "../../in-steps.ts";
import { addOuterProducts, factorCholesky, multiplyRows, solveByFactor, sum, sumOfRows } from "../../matrix/dense.ts";
import { present } from "../../present.ts";
import { random } from "../../random.ts";
import type {
  Algorithm,
  Answer,
  EarlierTraining,
  ExplanationPart,
  Model,
  NewItems,
  PlacedItems,
  PlacingContext,
  Profile,
  State,
  Tensors,
} from "../model.ts";
import { projectionBytes, projectionTensor, readFeatures, readProjection } from "../shared/features.ts";
import { placedVectors } from "../shared/placing.ts";
import { choiceOf, numberOf, stateError, tensorOf } from "../shared/state.ts";
import { cosinesOf, lengthsOf, scoringByProducts, vectorRowsOf } from "../shared/vector-rows.ts";
import { alsAnswers, alsVectors } from "./fold-in.ts";
import { factoriseBlocks } from "./out-of-core.ts";
import { positiveEntries, positiveProfile } from "./positive.ts";
import { type AlsSettings, alsSettings, scalingMasses } from "./settings.ts";
import { type AlsStart, baseConfidence, factorise, markRated, rowRegularisation } from "./train.ts";

export const alsAlgorithm: Algorithm<AlsSettings> = {
  name: "als",
  summary: "Implicit matrix factorisation: which films were rated counts more than how high.",
  settings: alsSettings,
  learnsFrom: "ratings",
  foldIn: "exact",
  learnsInEpochs: {
    loss: "squared error of all cells by their confidence, with the regularisation, over the sum of confidence",
    fixed: ["factors", "scale"],
  },

  onCluster: {
    defaults: { scaling: 1, regularisation: 0.4, solver: "cholesky" },
    only: {
      scaling: [1],
      scaledBy: ["ratings"],
      confidence: ["1+alpha*r"],
      solver: ["cholesky"],
      features: ["none"],
    },
  },

  estimate({ users, items, ratings }, { factors: f, iterations, solver, steps, features }) {
    const rows = users + items;
    const passes = solver === "cholesky" ? f / 4 : steps + 1;
    const grams = gramPartials(users, f) + gramPartials(items, f) + 2 * f * f;
    // Of ratings on a scale of halves or wholes; others take twice as much.
    const engineBytes = 4 * f * rows + 8 * ratings + 16 * rows + 4 * grams + projectionBytes({ items }, features, f);
    return {
      bytes: engineBytes + 4 * f * items,
      engineBytes,
      operations: iterations * (2 * ratings * 4 * f * passes + rows * 2 * f * f * passes),
    };
  },

  estimateBlocks({ users, items }, { factors: f, features }) {
    if (features !== "none") return undefined;
    const most = Math.max(users, items);
    const engineBytes = 4 * f * most + 4 * gramPartials(most, f);
    return { bytes: engineBytes + 4 * f * items, engineBytes };
  },

  async fit({ byUser: ratings, catalog, name }, settings, context) {
    const byUser = positiveEntries(ratings);
    if (byUser.values.length === 0) throw nothingPositive(name);
    const { factors: f } = settings;
    const { float } = random(context.seed);
    const features = await readFeatures(catalog, settings.features, "als", context);
    const fresh = () => (float() - 0.5) / f;
    const start = context.from ? earlierStart(context.from, f, fresh) : fresh;
    const { cluster, seed } = context;
    const found = cluster && (await cluster.factorise(byUser, { ...clusterTask(settings), seed }, context.step));
    const { items, losses, projection } = found
      ? { items: found.items, losses: [] }
      : await factorise(byUser, settings, start, context, features?.rows);
    return {
      algorithm: "als",
      facts: {
        ...factsOf(settings),
        losses,
        ...present({ foundBy: found?.foundBy }),
        ...(features ? { ...features.facts, cells: byUser.columns } : {}),
      },
      tensors: {
        items: { shape: [byUser.columns, f], data: items },
        ...(features && projection
          ? {
              rated: { shape: [byUser.columns], data: markRated(byUser) },
              ...projectionTensor(projection, f),
              ...features.tensors,
            }
          : {}),
      },
    };
  },

  async fitBlocks(blocks, settings, context) {
    const { factors: f } = settings;
    const { float } = random(context.seed);
    const { items, losses } = await factoriseBlocks(blocks, settings, () => (float() - 0.5) / f, context);
    return {
      algorithm: "als",
      facts: { ...factsOf(settings), losses },
      tensors: { items: { shape: [items.length / f, f], data: items } },
    };
  },

  storedRows: { tensors: ["items"], summary },

  async fitOnCluster(train, settings, { cluster, seed, step }) {
    const { info, histogram } = train;
    if (histogram.every(({ value }) => !(value > 0))) throw nothingPositive(info.name);
    const { factors: f } = settings;
    const { items, foundBy } = await cluster.factorise(train, { ...clusterTask(settings), seed }, step);
    return {
      algorithm: "als",
      facts: { ...factsOf(settings), losses: [], foundBy },
      tensors: { items: { shape: [info.items.size, f], data: items } },
    };
  },

  open(state) {
    const y = vectorRowsOf(state, "items");
    const { rows: items, length: f } = y;
    const [alpha, base] = [numberOf(state, "alpha"), numberOf(state, "base")];
    if (base < 0) throw stateError(state, `its confidence without a rating is ${base}`);
    const [regularisation, scaling] = [numberOf(state, "regularisation"), numberOf(state, "scaling")];
    const scaledBy = choiceOf(state, "scaledBy", scalingMasses);
    const projection = readProjection(state, f);
    const marks = ratedIn(state, items);
    const cells = projection ? numberOf(state, "cells") : items;
    const weigh = rowRegularisation(cells, { alpha, base, regularisation, scaling, scaledBy });
    const summed: State = y.all ? { ...state, tensors: finish(summary(state)) } : state;
    const gram = tensorOf(summed, "gram", Float64Array, f, f);
    const norms = tensorOf(summed, "norms", Float64Array, items);

    /** Of one answer at a time: an array made for each would have all of memory searched for garbage. */
    const factor = new Float64Array(f * f);
    const scoring = scoringByProducts(y);
    /** The ratings of whose A there is the factor. */
    let factored: Float32Array | undefined;
    const confidencesOf = (values: Float32Array) => Float64Array.from(values, (rating) => base + alpha * rating);

    /** The Cholesky factor of A, until the next call. @param own the vectors of the rated items */
    function factorOf({ values }: Profile, own: Float32Array): Float64Array {
      if (factored === values) return factor;
      factored = values;
      factor.set(gram);
      const weight = weigh(values.length, sum(values));
      for (let k = 0; k < f; k++) factor[k * f + k] += weight;
      const rows = Int32Array.from(values.keys());
      addOuterProducts(factor, f, { y: own, f, rows, weights: confidencesOf(values).map((c) => c - 1) });
      factorCholesky(factor, f);
      return factor;
    }

    /** What the ratings count for in Σ c_ui y_i, and x_u. */
    function foldIn(profile: Profile, own: Float32Array) {
      const confidences = confidencesOf(profile.values);
      const x = new Float64Array(f);
      sumOfRows(
        Array.from(confidences, (factor, n) => ({ values: own, at: n * f, factor })),
        x,
      );
      solveByFactor(factorOf(profile, own), f, x);
      return { confidences, x };
    }

    return {
      items,
      ask(query): Answer {
        const positive = positiveProfile(query.profile);
        const { items: rated, values } = positive;
        const own = y.some(rated);
        const { confidences, x } = foldIn(positive, own);
        const known = x.some((value) => value !== 0);
        return {
          ...scoring(
            () => x,
            (item, product) => (known && norms[item] > 0 ? product : -Infinity),
          ),
          explain(item) {
            const w = Float64Array.from(y.some(Int32Array.of(item)));
            solveByFactor(factorOf(positive, own), f, w);
            const shares = new Float64Array(rated.length);
            multiplyRows({ y: own, f }, w, shares);
            const parts = Array.from(rated, (other, n): ExplanationPart => {
              return { kind: "rating", item: other, rating: values[n], value: confidences[n] * shares[n] };
            });
            return { parts };
          },
        };
      },
      similarItems: (item, out, among) => cosinesOf(y, norms, item, out, among),
      ...(y.all
        ? inMemory(y.all)
        : { askAll: (engine, arena) => alsAnswers(engine, arena, { y, gram, base, alpha, weigh }, norms) }),
      [Symbol.dispose]: () => y[Symbol.dispose](),
    };

    /** What needs all vectors at once. */
    function inMemory(all: Float32Array): Pick<Model, "vectors" | "placeItems"> {
      return {
        vectors: (engine, arena) => alsVectors(engine, arena, { y: { ...y, all }, gram, base, alpha, weigh }),
        ...(projection && marks && { placeItems: (...args) => placeItems(all, ...args) }),
      };
    }

    async function placeItems(
      y: Float32Array,
      state: State,
      items: NewItems,
      context: PlacingContext,
    ): Promise<PlacedItems> {
      const { vectors, unplaced } = await projection!.project(items.catalog, context);
      const size = items.order.length;
      const tensors = {
        ...state.tensors,
        items: { shape: [size, f], data: placedVectors(items, y, f, vectors) },
        rated: { shape: [size], data: placedVectors(items, marks!) },
      };
      return { state: { ...state, tensors }, unplaced };
    }
  },
};

function nothingPositive(name: string): MatineeError {
  return new MatineeError("DATA_EMPTY", `${name} holds nothing above 0, which als learns from`, {
    fix: "leave scale at standard, or choose another model",
  });
}

function clusterTask({ factors, iterations, regularisation, alpha }: AlsSettings) {
  return { implicit: true, factors, iterations, regularisation, alpha, users: false };
}

/** gram: YᵀY, without features of all films, with them of those with ratings; norms: float64 [items]. */
function* summary(state: State): Generator<undefined, Tensors> {
  const y = vectorRowsOf(state, "items");
  using _ = y;
  const { rows: items, length: f } = y;
  const marks = ratedIn(state, items);
  using gram = portionedGram(f);
  for (const { from, vectors } of y.portions()) {
    gram.add(vectors, marks && ((row) => marks[from + row] === 0));
    yield;
  }
  const norms = yield* lengthsOf(state, y);
  return { gram: { shape: [f, f], data: gram.sums() }, norms: { shape: [items], data: norms } };
}

/** What folding in needs to know. */
function factsOf(settings: AlsSettings) {
  const { alpha, regularisation, scaling, scaledBy } = settings;
  return { alpha, base: baseConfidence(settings), regularisation, scaling, scaledBy };
}

/** The items' vectors of an earlier training. The first half-step finds those of users. @throws ARTIFACT_CONTENT */
function earlierStart({ state, shape, items }: EarlierTraining, f: number, other: () => number): AlsStart {
  const y = tensorOf(state, "items", Float32Array, shape.items, f);
  return (side, row, k) => (side === "items" && items[row] >= 0 ? y[items[row] * f + k] : other());
}

/** With features, uint8 [items]: 1 where the item has ratings. Files of earlier versions have the fact features instead of content. */
function ratedIn(state: State, items: number): Uint8Array | undefined {
  const withFeatures = Object.hasOwn(state.facts, "content") || Object.hasOwn(state.facts, "features");
  return withFeatures ? tensorOf(state, "rated", Uint8Array, items) : undefined;
}
