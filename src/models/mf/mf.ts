/**
 * Explicit matrix factorisation with biases: Y. Koren, R. Bell, C. Volinsky, "Matrix factorization techniques for recommender
 * systems", IEEE Computer 42(8), 2009 (equations 4 and 5).
 *
 *   r̂_ui = c + b_u + b_i + p_u · q_i                         c = μ, the mean rating, or 0; b = 0 without biases
 *   minimise Σ_{rated u,i} (r_ui − r̂_ui)² + Σ_u λ n_u^ν (|p_u|² + b_u²) + Σ_i λ n_i^ν (|q_i|² + b_i²)
 *   n_u, n_i: ratings of u, of i                              ν = 1: λ per rating, ν = 0: plain
 *
 * sgd: one step a rating, p_u ← p_u + γ (e q_i − λ n_u^(ν−1) p_u), likewise q_i, b_u, b_i (e = r − r̂), over a fixed grid of
 * blocks that share no rows within a diagonal: R. Gemulla et al., KDD 2011; Y. Zhuang et al., RecSys 2013.
 * als: p_u and b_u together by their normal equations, then q_i and b_i: Y. Zhou, D. Wilkinson, R. Schreiber, R. Pan,
 * "Large-scale parallel collaborative filtering for the Netflix Prize", AAIM 2008.
 * adam: steps for everything at once along the gradient of the objective over N, the number of ratings: D. P. Kingma, J. Ba,
 * ICLR 2015. A weight decay of w beside the mean squared error is λ = w N / 2 with ν = 0.
 *
 * With biases = damped, b_i and b_u are the damped means of src/models/bias.ts by their default settings, found first, and p and q learn
 * what they leave: r̂_ui − μ − b_u − b_i = p_u · q_i, without biases of their own.
 *
 * With features (sgd, als), λ n_i^ν |(q_i, b_i) − W f_i|² + μ |W|² takes the place of λ n_i^ν (|q_i|² + b_i²): f_i is the content of
 * film i, and W is learnt between the epochs (src/models/shared/projection.ts). A film without ratings has (q_i, b_i) = W f_i, also
 * one that comes after training.
 *
 * Every user is folded in by the same objective with the films fixed, in the training data or not, so the factors of users are not
 * kept. With y_i = (q_i, 1), or (q_i, 0) without biases, and δ ratings beside the n_u, as a user's few ratings say less of them than the
 * ratings of training say of many users together (where c = 0, δ = 0, as less of a vector would mean a prediction nearer to 0):
 *
 *   (p_u, b_u) = A⁻¹ Σ_i (r_ui − c − b_i) y_i,   A = Σ_i y_i y_iᵀ + λ (n_u + δ)^ν I
 *   score(u, j) = c + b_u + b_j + p_u · q_j, not clipped; a film without ratings, without features: c + b_u
 *   part of rating i in score j: (r_ui − c − b_i) · (q_j, 0)ᵀ A⁻¹ y_i
 *
 * With damped biases, b_u first, by its own formula, and then p_u as without biases, of r_ui − μ − b_i − b_u, with δ = 0.
 *
 * A cluster minimises the same with ν = 1, without biases or with damped ones, by alternating least squares (Spark's ALS).
 *
 * Ratings are on the standard scale (src/models/shared/standard-scale.ts), since λ and γ suit no other, and scores,
 * explanations and predictions come back to that of the data. Events are refused.
 *
 * Where c = 0, users and films without ratings get no score, and the prediction μ.
 *
 * State: items float32 [items × factors] = q, itemBias float32 [items]; facts mean = μ, centred = 1 where c = μ, else 0, biased = 1
 * with biases that are learnt beside the vectors, else 0, regularisation = λ, scaling = ν, damping = δ (0 where it is absent), userDamping = λ_u of damped biases (absent without), min and max of the rating scale, losses (mean squared error of the training
 * ratings in each epoch: as each was met, before its step, of sgd and adam; at the end, of als; none from a cluster), from a cluster foundBy: its name, version and blocks, of adam also penalties (the rest of the
 * objective over N, in each epoch of the last training). With features also projection float32
 * [features × (factors + 1)] = Wᵀ, the bias last; facts content, what f is made of, and featureCount; for words the fact terms and idf
 * float64 [features], for texts the fact textModel. With keepUsers also users float32 [users × factors] and userBias float32 [users], as
 * training left them, and the fact users, their number.
 *
 * Training goes on from the films' factors and biases of a state, and from those of its users if it has them. Otherwise users start at
 * the half-step of als, (p_u, b_u) with δ = 0 and λ n_u^ν of at least 10⁻³ n_u. Adam starts with moments of 0, and W at 0.
 */
import type { Arena } from "../../compute/engine.ts";
import { mfCholeskyScratch } from "../../compute/kernels/mf.ts";
import type { Dataset, RatingScale } from "../../data/dataset.ts";
import { finish } from "../../in-steps.ts";
import { addOuterProducts, factorCholesky, multiplyRows, solveByFactor, sum, sumOfRows } from "../../matrix/dense.ts";
import { present } from "../../present.ts";
import { biasSettings, userBias } from "../bias.ts";
import type { FoundVectors } from "../cluster.ts";
import type {
  Algorithm,
  Answer,
  ExplanationPart,
  FitContext,
  NewItems,
  PlacedItems,
  PlacingContext,
  Profile,
  State,
  Tensors,
} from "../model.ts";
import { batchSize } from "../shared/batches.ts";
import { meanOfCounts } from "../shared/caution.ts";
import { meanRating } from "../shared/fallback.ts";
import { projectionBytes, projectionTensor, readProjection } from "../shared/features.ts";
import { keptUsers, usersOf } from "../shared/kept-users.ts";
import { paddedLength } from "../shared/padding.ts";
import { placedVectors } from "../shared/placing.ts";
import { completeSettings } from "../shared/settings.ts";
import { numberOf, tensorOf } from "../shared/state.ts";
import { cosinesOf, lengthsOf, scoringByProducts, vectorRowsOf } from "../shared/vector-rows.ts";
import { fillPredictions, mfAnswers } from "./answers.ts";
import { partCount } from "./blocks.ts";
import { leaveDampedBiases } from "./damped.ts";
import { alternateBlocks } from "./out-of-core.ts";
import { biasUnit, type MfSide, systemOrder } from "./parameters.ts";
import { type MfSettings, mfSettings } from "./settings.ts";
import { trainMf } from "./train.ts";

export const mfAlgorithm: Algorithm<MfSettings> = {
  name: "mf",
  summary: "Explicit matrix factorisation, with or without biases; predicts ratings.",
  settings: mfSettings,
  learnsFrom: "ratings",
  foldIn: "exact",
  ratingsOnly: true,
  learnsInEpochs: {
    loss: "mean squared error of the training ratings, in stars",
    fixed: ["factors", "biases", "scale"],
  },

  onCluster: {
    defaults: { optimiser: "als", biases: "damped", epochs: 10 },
    only: { optimiser: ["als"], biases: ["damped", "none"], scaling: [1], features: ["none"] },
  },

  estimate(shape, { factors, optimiser, epochs, batch, features, keepUsers, biases }) {
    const { users, items, ratings } = shape;
    const [stride, order, rows] = [paddedLength(factors), systemOrder(factors), users + items];
    const content = features === "none" ? 0 : projectionBytes(shape, features, order) + 4 * order * items;
    const kept = keepUsers ? rows : items;
    const left = biases === "damped" ? 12 * ratings : 0;
    const common = 4 * (stride + 2) * rows + 4 * (factors + 1) * kept + content + left;
    if (optimiser === "sgd") {
      const bytes = common + 12 * ratings + 12 * partCount(shape, factors) ** 2;
      return { bytes, operations: epochs * ratings * (8 * stride + 20) };
    }
    if (optimiser === "adam") {
      const bytes = common + 28 * ratings + 12 * (stride + 1) * rows + 16 * rows;
      const steps = ratings / batchSize(ratings, batch);
      return { bytes, operations: epochs * (ratings * (8 * stride + 20) + steps * rows * 15 * stride) };
    }
    const bytes = common + 16 * ratings + 4 * rows + 8 * Math.max(users, items) + mfCholeskyScratch(order);
    return { bytes, operations: epochs * (2 * ratings * order * (order + 2) + (rows * order ** 3) / 3) };
  },

  estimateBlocks({ users, items }, { factors, optimiser, biases, features, keepUsers }) {
    // Blocks hold ratings, and not what damped biases leave of them.
    if (optimiser !== "als" || biases === "damped" || features !== "none" || keepUsers) return undefined;
    const [stride, most] = [paddedLength(factors), Math.max(users, items)];
    const engineBytes = 4 * (stride + 1) * most + mfCholeskyScratch(systemOrder(factors));
    return { bytes: engineBytes + 8 * (stride + 1) * items + 16 * most, engineBytes };
  },

  async fitBlocks(blocks, settings, context) {
    const { mean, items, losses } = await alternateBlocks(blocks, settings, context);
    const { factors: f } = settings;
    return {
      algorithm: "mf",
      facts: factsOf(settings, mean, blocks.info.scale, losses),
      tensors: {
        items: { shape: [items.bias.length, f], data: unpadded(items, f) },
        itemBias: { shape: [items.bias.length], data: items.bias },
      },
    };
  },

  async fitOnCluster(train, settings, { cluster, seed, step }) {
    const { info, histogram } = train;
    const { factors: f, biases } = settings;
    const mean = meanOfCounts(histogram);
    const { itemDamping, userDamping } = completeSettings("bias", biasSettings);
    const damped = biases === "damped" ? { mean, itemDamping, userDamping } : undefined;
    const wanted = { ...clusterTask(settings, seed), ...present({ damped }) };
    const { items, users, itemBias, foundBy } = await cluster.factorise(train, wanted, step);
    const kept = users && keptUsers(users, f);
    const biasOf = (bias: Float32Array) => ({ shape: [bias.length], data: bias });
    return {
      algorithm: "mf",
      facts: {
        ...factsOf(settings, damped ? mean : Math.fround(mean), info.scale, [], damped?.userDamping),
        foundBy,
        ...kept?.facts,
      },
      tensors: {
        items: { shape: [info.items.size, f], data: items },
        itemBias: biasOf(itemBias ?? new Float32Array(info.items.size)),
        ...(kept && { ...kept.tensors, userBias: biasOf(new Float32Array(info.users.size)) }),
      },
    };
  },

  async fit(data, settings, context) {
    using arena = context.engine.arena();
    const damped = settings.biases === "damped" ? leaveDampedBiases(data) : undefined;
    const learnt = await (context.cluster ? learnOnCluster : learn)(damped?.left ?? data, settings, context, arena);
    const { users, items, losses, penalties, content, foundBy } = learnt;
    const { mean } = damped ?? learnt;
    const { factors: f } = settings;
    const biasOf = (bias: Float32Array) => ({ shape: [bias.length], data: bias });
    const kept = users && keptUsers(users.factors, f);
    return {
      algorithm: "mf",
      facts: {
        ...factsOf(settings, mean, data.scale, losses, damped?.userDamping),
        ...present({ penalties, foundBy }),
        ...kept?.facts,
        ...content?.features.facts,
      },
      tensors: {
        items: { shape: [items.bias.length, f], data: items.factors },
        itemBias: biasOf(damped?.itemBias ?? items.bias),
        ...(users && kept && { ...kept.tensors, userBias: biasOf(users.bias) }),
        ...(content ? { ...projectionTensor(content.projection(), f + 1), ...content.features.tensors } : {}),
      },
    };
  },

  storedRows: { tensors: ["items"], unasked: ["users"], summary },

  open(state) {
    const q = vectorRowsOf(state, "items");
    const { rows: items, length: f } = q;
    const itemBias = tensorOf(state, "itemBias", Float32Array, items);
    const [mean, min, max] = [numberOf(state, "mean"), numberOf(state, "min"), numberOf(state, "max")];
    const [centred, one] = [numberOf(state, "centred"), numberOf(state, "biased")];
    const centre = centred * mean;
    const regularisation = numberOf(state, "regularisation");
    const scaling = numberOf(state, "scaling");
    const damping = Object.hasOwn(state.facts, "damping") ? numberOf(state, "damping") : 0;
    const userDamping = Object.hasOwn(state.facts, "userDamping") ? numberOf(state, "userDamping") : undefined;
    /** b_u, where it is found before p_u. */
    const biasBefore = (profile: Profile) =>
      userDamping === undefined ? 0 : userBias(profile, { mean, itemBias }, userDamping);
    const weightOf = (ratings: number) => regularisation * (ratings + damping) ** scaling;
    const summed: State = q.all ? { ...state, tensors: finish(summary(state)) } : state;
    const norms = tensorOf(summed, "norms", Float64Array, items);
    const n = f + 1;
    const projection = readProjection(state, n);
    const kept = usersOf(state, f); // for training to go on from; checked here, as all of a state is
    if (kept) tensorOf(state, "userBias", Float32Array, kept.length / f);
    /** Whether a film has a score; one without ratings has the mean alone. */
    const scored = (item: number) => centred === 1 || norms[item] > 0 || itemBias[item] !== 0;

    /** Of one answer at a time: an array made for each would have all of memory searched for garbage. */
    const factor = new Float64Array(n * n);
    const scoring = scoringByProducts(q);
    /** The rows of whose A there is the factor. */
    let factored: Int32Array | undefined;
    const rowsOf = (own: Float32Array, factorOf: (k: number) => number) =>
      Array.from({ length: own.length / f }, (_, k) => ({ values: own, at: k * f, factor: factorOf(k) }));

    /** The Cholesky factor of A, n × n with the bias last, until the next call. @param own the vectors of the rows */
    function factorOf(rows: Int32Array, own: Float32Array): Float64Array {
      if (factored === rows) return factor;
      factored = rows;
      factor.fill(0);
      const places = Int32Array.from(rows.keys());
      addOuterProducts(factor, n, { y: own, f, rows: places, weights: new Float64Array(rows.length).fill(1) });
      if (one === 1) {
        const total = factor.subarray(f * n, f * n + f);
        sumOfRows(
          rowsOf(own, () => 1),
          total,
        );
        factor[f * n + f] = rows.length;
      }
      const weight = weightOf(rows.length);
      for (let k = 0; k < n; k++) factor[k * n + k] += weight;
      factorCholesky(factor, n);
      return factor;
    }

    /** What is left of the ratings, (p_u, b_u), whether they say anything, and the vectors of the rated films. */
    function foldIn(profile: Profile) {
      const { items: rows, values } = profile;
      const before = biasBefore(profile);
      const residuals = Float64Array.from(rows, (item, k) => values[k] - centre - itemBias[item] - before);
      const x = new Float64Array(n);
      const own = q.some(rows);
      if (rows.length === 0) return { residuals, x, own, known: centred === 1 };
      sumOfRows(
        rowsOf(own, (k) => residuals[k]),
        x.subarray(0, f),
      );
      if (one === 1) x[f] = sum(residuals);
      solveByFactor(factorOf(rows, own), n, x);
      x[f] += before;
      return { residuals, x, own, known: centred === 1 || x.some((value) => value !== 0) };
    }

    return {
      items,
      ask({ profile }): Answer {
        const { items: rated, values } = profile;
        let folded: ReturnType<typeof foldIn> | undefined;
        /** At the first use: a model that another ranks for is asked for predictions alone, of other ratings. */
        const user = () => (folded ??= foldIn(profile));
        const isScored = (item: number) => user().known && scored(item);
        return {
          ...scoring(
            () => user().x,
            (item, product) => (isScored(item) ? centre + user().x[f] + itemBias[item] + product : -Infinity),
          ),
          predict(wanted, out, rules) {
            const { x, known } = user();
            const terms = { vector: x, at: 0, constant: centre + x[f] };
            fillPredictions({ q, itemBias, mean, min, max, scored }, known ? terms : undefined, wanted, out, rules);
          },
          explain(item) {
            if (!isScored(item)) return { parts: [{ kind: "global mean", value: mean }] };
            const { residuals, x, own } = user();
            const w = new Float64Array(n);
            w.set(q.some(Int32Array.of(item)));
            if (rated.length > 0) solveByFactor(factorOf(rated, own), n, w);
            const products = new Float64Array(rated.length);
            multiplyRows({ y: own, f }, w, products);
            const ratings = Array.from(rated, (other, k): ExplanationPart => {
              const value = residuals[k] * (one * w[f] + products[k]);
              return { kind: "rating", item: other, rating: values[k], value };
            });
            const same: ExplanationPart[] = [
              { kind: "global mean", value: centre },
              { kind: "user bias", value: x[f] },
              { kind: "item bias", value: itemBias[item] },
            ];
            const withBiases = one === 1 || userDamping !== undefined;
            return { parts: [...same.slice(1 - centred, withBiases ? 3 : 1), ...ratings] };
          },
        };
      },
      askAll: (engine, arena) =>
        mfAnswers(engine, arena, {
          ...{ q, itemBias, norms, mean, min, max, centred, one, weightOf, biasBefore, scored },
          foldIn: (profile) => foldIn(profile).x,
        }),
      similarItems: (item, out, among) => cosinesOf(q, norms, item, out, among),
      ...(projection && q.all && { placeItems: (...args) => placeItems(q.all!, ...args) }),
      [Symbol.dispose]: () => q[Symbol.dispose](),
    };

    async function placeItems(
      q: Float32Array,
      state: State,
      items: NewItems,
      context: PlacingContext,
    ): Promise<PlacedItems> {
      const { vectors, unplaced } = await projection!.project(items.catalog, context);
      const [added, size] = [vectors.length / n, items.order.length];
      const [ofFactors, ofBiases] = [new Float32Array(added * f), new Float32Array(added)];
      for (let row = 0; row < added; row++) {
        ofFactors.set(vectors.subarray(row * n, row * n + f), row * f);
        ofBiases[row] = vectors[row * n + f];
      }
      const tensors = {
        ...state.tensors,
        items: { shape: [size, f], data: placedVectors(items, q, f, ofFactors) },
        itemBias: { shape: [size], data: placedVectors(items, itemBias, 1, ofBiases) },
      };
      return { state: { ...state, tensors }, unplaced };
    }
  },
};

/** norms: float64 [items], |q_i|. */
function* summary(state: State): Generator<undefined, Tensors> {
  using q = vectorRowsOf(state, "items");
  return { norms: { shape: [q.rows], data: yield* lengthsOf(state, q) } };
}

/** What training leaves: of users, where they are to be kept. */
interface Learnt extends Omit<Awaited<ReturnType<typeof trainMf>>, "sides"> {
  readonly mean: number;
  readonly items: LearntRows;
  readonly users?: LearntRows;
  readonly foundBy?: FoundVectors["foundBy"];
}

/** float32 [rows × factors] and [rows]. */
interface LearntRows {
  readonly factors: Float32Array;
  readonly bias: Float32Array;
}

async function learn(data: Dataset, settings: MfSettings, context: FitContext, arena: Arena): Promise<Learnt> {
  const { sides, ...learnt } = await trainMf(data, settings, arena, context);
  const { factors: f, keepUsers } = settings;
  const rowsOf = (side: MfSide): LearntRows => ({ factors: unpadded(side, f), bias: new Float32Array(side.bias) });
  return {
    ...learnt,
    mean: sides.mean,
    items: rowsOf(sides.items),
    ...(keepUsers && { users: rowsOf(sides.users) }),
  };
}

async function learnOnCluster(
  { byUser }: Dataset,
  settings: MfSettings,
  { cluster, seed, step }: FitContext,
): Promise<Learnt> {
  const { items, users, foundBy } = await cluster!.factorise(byUser, clusterTask(settings, seed), step);
  const withoutBias = (found: Float32Array, rows: number) => ({ factors: found, bias: new Float32Array(rows) });
  return {
    mean: Math.fround(meanRating(byUser.values)),
    items: withoutBias(items, byUser.columns),
    ...(users && { users: withoutBias(users, byUser.rows) }),
    losses: [],
    foundBy,
  };
}

function clusterTask({ factors, epochs: iterations, regularisation, keepUsers }: MfSettings, seed: number) {
  return { implicit: false, factors, iterations, regularisation, alpha: 1, users: keepUsers, seed };
}

/** What answering needs to know. @param userDamping of damped biases */
function factsOf(
  settings: MfSettings,
  mean: number,
  { min, max }: RatingScale,
  losses: readonly number[],
  userDamping?: number,
) {
  const { biases, regularisation, scaling, damping } = settings;
  const centred = biases === "mean+user+item" || biases === "damped" ? 1 : 0;
  return {
    ...{ mean, centred, biased: biasUnit(settings), regularisation, scaling },
    ...(userDamping === undefined ? centred === 1 && damping > 0 && { damping } : { userDamping }),
    ...{ min, max, losses },
  };
}

/** The factors of a side, without what they are padded with. */
function unpadded(side: Pick<MfSide, "factors" | "bias">, f: number): Float32Array {
  const stride = paddedLength(f);
  const factors = new Float32Array(side.bias.length * f);
  for (let row = 0; row < side.bias.length; row++) {
    factors.set(side.factors.subarray(row * stride, row * stride + f), row * f);
  }
  return factors;
}
