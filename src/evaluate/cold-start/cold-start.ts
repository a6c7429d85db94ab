/**
 * How good answers are to people who are not in the training data, after they have rated 0, 1, 2 … 20 films.
 *
 * Of everybody held out (strong generalisation) a part of the ratings judges, the same for every number of answers; the films of
 * the other part may be asked about, and are in no list however many answers were given, so that curves rise by what a model
 * has learnt alone: that of `popular` is level. Lists are the model's own, and an empty one counts 0, where `recommend` would
 * show the most rated films.
 */
import { localEngine } from "../../compute/engine.ts";
import { type Dataset, fingerprint, likedFrom, shapeOf } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import { type Csr, entriesWhere, rowsAt, rowsBetween } from "../../matrix/csr.ts";
import { predictAll, profileOf } from "../../models/shared/profiles.ts";
import type { Lists } from "../../recommend/lists.ts";
import { listAll } from "../../recommend/recommend-all.ts";
import type { Split, Splits } from "../../split/split.ts";
import { version } from "../../version.ts";
import type { Contender, ContenderOptions, FittedContender } from "../contender.ts";
import { checkEntrants, type EvaluateOptions } from "../evaluate.ts";
import { checkLists, checkSplit } from "../leaks.ts";
import { computeMetrics, fitContender, usersWithRatings } from "../measure.ts";
import type { Metric, UserMetric } from "../metric.ts";
import { metricsNamed } from "../metrics.ts";
import { estimate } from "../statistics.ts";
import { type QuestionOrder, questionOrders } from "./question-order.ts";
import type { ColdStartResult, Curve, LearningModel } from "./result.ts";

/** Numbers of answers. */
export const answers = [0, 1, 2, 3, 5, 10, 20] as const;

/** People whose lists lie in memory at a time. */
const blockRows = 256;

/**
 * Equal for any number of threads, but for the seconds.
 * @throws USAGE for a split whose people asked are in the training data, and metrics of all lists together; METRIC_EMPTY where
 *   nobody held out has ratings enough; otherwise as `evaluate`
 */
export async function coldStart(
  whole: Dataset,
  contenders: readonly Contender[],
  splits: Splits,
  options: Omit<EvaluateOptions, "journal"> = {},
): Promise<ColdStartResult> {
  const { metrics: names = ["ndcg@10", "rmse"], seed = 0, relevant = likedFrom(whole.scale), ...rest } = options;
  const { onProgress, engine: given, ...fitting } = rest;
  checkEntrants(contenders);
  const split = await splits.split(0);
  if (!split.newUsers) {
    throw new MatineeError("USAGE", `the people that ${splits.name} asks are in the training data`, {
      fix: "hold people out: strong:0.8",
    });
  }
  checkSplit(split);
  const metrics = personMetrics(metricsNamed(names, split.train));
  const asked = askedIn(split, whole.name);
  using own = given ? undefined : localEngine();
  const running = { ...fitting, seed, engine: given ?? own! };
  const models: LearningModel[] = [];
  for (const contender of contenders) {
    const progress = (share: number) => onProgress?.(contender.name, split.name, share);
    const watched = { ...running, onProgress: (share: number) => progress(share / 2) };
    const { fitted, seconds: fit } = await fitContender(split, contender, watched);
    using _model = fitted.model;
    const start = performance.now();
    const { missing, curves } = await curvesOf(contender.name, fitted, asked, metrics, {
      ...running,
      relevant,
      onProgress: (share) => progress((1 + share) / 2),
    });
    const seconds = { fit, answer: (performance.now() - start) / 1000 };
    models.push({
      name: contender.name,
      model: contender.model,
      config: contender.config,
      seed,
      seconds,
      missing,
      curves,
    });
  }
  return {
    version,
    data: { name: whole.name, fingerprint: await fingerprint(whole), ...shapeOf(whole) },
    split: {
      name: splits.name,
      seed: splits.seed,
      fingerprint: split.fingerprint,
      train: split.train.byUser.values.length,
      test: asked.test.values.length,
      people: asked.people.length,
      left: usersWithRatings(split.test).length - asked.people.length,
    },
    relevant,
    metrics: metrics.map(({ name, summary, better }) => ({ name, summary, ...(better ? { better } : {}) })),
    answers,
    ways: questionOrders.map(({ name, summary }) => ({ name, summary })),
    models,
  };
}

function personMetrics(metrics: readonly Metric[]): UserMetric[] {
  return metrics.map((metric) => {
    if (metric.over === "people") return metric;
    throw new MatineeError("USAGE", `${metric.name} is of all lists together, not of people`, {
      fix: "choose metrics of people, such as ndcg@10 and rmse",
    });
  });
}

/** Those who are asked, a row each. */
interface Asked {
  readonly split: Split;
  readonly people: Int32Array;
  /** All that they could tell. */
  readonly pools: Csr;
  readonly test: Csr;
}

/** Everybody held out who can tell enough: the same people for every number of answers. */
function askedIn(split: Split, data: string): Asked {
  const { offsets } = split.profiles;
  const most = Math.max(...answers);
  const people = usersWithRatings(split.test).filter((user) => offsets[user + 1] - offsets[user] >= most);
  if (people.length === 0) {
    throw new MatineeError(
      "METRIC_EMPTY",
      `${split.name} holds nobody out who could tell of ${most} films of ${data}`,
      {
        fix: "choose data with people who rated more",
      },
    );
  }
  return { split, people, pools: rowsAt(split.profiles, people), test: rowsAt(split.test, people) };
}

interface Asking extends ContenderOptions {
  readonly relevant: number;
  readonly onProgress: (share: number) => void;
}

async function curvesOf(
  name: string,
  fitted: FittedContender,
  asked: Asked,
  metrics: readonly UserMetric[],
  { seed, relevant, onProgress, ...running }: Asking,
): Promise<Pick<LearningModel, "missing" | "curves">> {
  const { split, people, pools, test } = asked;
  const strangers = new Int32Array(people.length).fill(-1);
  const depth = Math.min(Math.max(...metrics.map((metric) => metric.depth)), split.train.items.size);
  let missing: Readonly<Record<string, string>> = {};
  const after = async (told: Csr) => {
    const predicted = metrics.some(({ predicts }) => predicts);
    const predictions = predicted ? await predictAll(fitted.model, told, test, strangers) : undefined;
    const lists = await listsOf(name, fitted, asked, told, depth, running);
    const given = { split, people, profiles: pools, test, lists, ...(predictions ? { predictions } : {}) };
    const { people: parts, missing: lacking } = computeMetrics(name, given, { metrics, relevant });
    missing = lacking;
    const has = metrics.filter((metric) => metric.name in parts);
    return Object.fromEntries(has.map((metric) => [metric.name, estimate(metric, parts[metric.name], seed)]));
  };
  const nothing = await after(entriesWhere(pools, () => false));
  const curves: Curve[] = [];
  for (const [n, way] of questionOrders.entries()) {
    const order = orderOf(way, asked, seed);
    const points: Curve["points"][number][] = [];
    for (const [m, count] of answers.entries()) {
      const told = () => entriesWhere(pools, (entry) => order[entry] < count);
      points.push({ answers: count, metrics: count === 0 ? nothing : await after(told()) });
      onProgress((n + (m + 1) / answers.length) / questionOrders.length);
    }
    curves.push({ way: way.name, points });
  }
  return { missing, curves };
}

/** For every entry of the pools, how many films are asked about before it. */
function orderOf({ order }: QuestionOrder, { split, pools }: Asked, seed: number): Int32Array {
  const places = new Int32Array(pools.indices.length);
  const ordered = order(split.train, seed);
  for (let row = 0; row < pools.rows; row++) {
    const { items } = profileOf(pools, row);
    ordered(items).forEach((at, place) => {
      places[pools.offsets[row] + at] = place;
    });
  }
  return places;
}

/** The best films of which nobody could have told, as the model chooses them after what was told. */
async function listsOf(
  name: string,
  { model, lists = listAll }: FittedContender,
  { split, people, pools }: Asked,
  told: Csr,
  depth: number,
  running: Pick<ContenderOptions, "engine" | "signal">,
): Promise<Lists> {
  const rows = people.length;
  const out: Lists = {
    users: rows,
    k: depth,
    items: new Int32Array(rows * depth).fill(-1),
    scores: new Float32Array(rows * depth).fill(-Infinity),
    chosen: new Int32Array(rows),
  };
  for (let from = 0; depth > 0 && from < rows; from += blockRows) {
    const to = Math.min(rows, from + blockRows);
    const lengths = people.subarray(from, to).map((_, n) => pools.offsets[from + n + 1] - pools.offsets[from + n]);
    // so many that the list is still full without the films that could have been told
    const k = Math.min(split.train.items.size, depth + Math.max(...lengths));
    const options = { ...running, k, users: new Int32Array(to - from).fill(-1) };
    const block = rowsBetween(told, from, to);
    const found = await lists(model, block, options);
    if (found.chosen.some((chosen) => chosen > 0)) {
      checkLists(name, found, block, people.subarray(from, to), split);
    }
    for (let row = from; row < to; row++) {
      const barred = new Set(profileOf(pools, row).items);
      for (let n = 0; n < found.chosen[row - from] && out.chosen[row] < depth; n++) {
        const at = (row - from) * found.k + n;
        if (barred.has(found.items[at])) continue;
        const place = row * depth + out.chosen[row]++;
        out.items[place] = found.items[at];
        out.scores[place] = found.scores[at];
      }
    }
  }
  return out;
}
