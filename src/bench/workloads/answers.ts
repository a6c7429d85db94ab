/** Workloads of one answer: a list of films for a new user, with its reasons, as the server makes it. */
import type { Engine } from "../../compute/engine.ts";
import type { Embedder } from "../../content/embedder.ts";
import { asItemIndex, type Dataset, type ItemIndex, shapeOf } from "../../data/dataset.ts";
import { configure, defaultSpec } from "../../models/configure.ts";
import { fit } from "../../models/fit.ts";
import type { Json } from "../../models/model.ts";
import { profileOf } from "../../models/shared/profiles.ts";
import { random } from "../../random.ts";
import { type OpenModel, openModel } from "../../recommend/open-model.ts";
import { queryFromRatings } from "../../recommend/query.ts";
import { type Recommendation, type RecommendOptions, recommend } from "../../recommend/recommend.ts";
import type { ShapeName } from "../data-shapes.ts";
import type { Workload } from "../workload.ts";

const [ratingCount, listLength] = [20, 10];
const [warmUp, timed, checked] = [200, 500, 20];
/** Seconds after which there are no more answers, of each kind, if there are ten. */
const longEnough = 20;

/** A list that is asked with everything that costs time. */
export const askedWithAll: RecommendOptions = {
  explain: true,
  diversity: 0.3,
  filter: {
    and: [
      {
        or: [
          { field: "year", from: 1970 },
          { field: "ratings", from: 5 },
        ],
      },
      { not: { field: "tag", in: ["violent", "gory"] } },
      { not: { field: "ratings", from: 250 } },
    ],
  },
  boost: [{ filter: { field: "ratings", to: 20 }, factor: 2 }],
};

/** Settings by which parts are trained fewer times: answers take as long with any weights. */
const fewerFits: Readonly<Record<string, Record<string, Json>>> = {
  hybrid: { weights: "equal" },
  stacking: { folds: 2 },
};

/**
 * @param model a name of the registry, or "default": what is trained where no model is named
 * @param options what the lists are asked with, besides their length
 */
export function answersWorkload(model: string, shape: ShapeName, options: RecommendOptions = {}): Workload {
  const asked = Object.keys(options).length > 0;
  async function withModel<T>(data: Dataset, engine: Engine, work: (opened: OpenModel) => Promise<T>): Promise<T> {
    const spec =
      model === "default" ? defaultSpec(shapeOf(data), data.feedback) : configure(model, fewerFits[model] ?? {});
    using opened = openModel(await fit(data, spec, { engine, embedder: async () => madeUpVectors }), engine);
    return await work(opened);
  }
  return {
    name: `answers-${model}${asked ? "-asked" : ""}-${shape}`,
    shape,
    unit: `a list of ${listLength} with its reasons, for ${ratingCount} ratings of a new user${asked ? `, with ${Object.keys(options).join(", ")}` : ""}; processor time`,
    time: (data, engine) =>
      withModel(data, engine, async (opened) => {
        const profiles = someRatings(data, warmUp + timed);
        const [first] = await processorTimes(opened, profiles.slice(0, warmUp), options);
        const seconds = await processorTimes(opened, profiles.slice(warmUp), options);
        const remark = `nine in ten below ${share(seconds, 0.9)}, 99 in 100 below ${share(seconds, 0.99)}; the first ${milliseconds(first)}`;
        return { seconds, remark };
      }),
    result: (data, engine) =>
      withModel(data, engine, async (opened) => {
        const lists: Recommendation[] = [];
        for (const ratings of someRatings(data, checked)) lists.push(...(await answer(opened, ratings, options)));
        return [new TextEncoder().encode(JSON.stringify(lists))];
      }),
  };
}

type Ratings = readonly (readonly [ItemIndex, number])[];

function answer(opened: OpenModel, ratings: Ratings, options: RecommendOptions): Promise<Recommendation[]> {
  return recommend(opened, queryFromRatings(opened.info, ratings), { ...options, k: listLength });
}

/** Seconds of the process for each answer, collecting garbage and compiling included. */
async function processorTimes(
  opened: OpenModel,
  profiles: readonly Ratings[],
  options: RecommendOptions,
): Promise<number[]> {
  const seconds: number[] = [];
  const start = performance.now();
  for (const ratings of profiles) {
    const before = process.cpuUsage();
    await answer(opened, ratings, options);
    const { user, system } = process.cpuUsage(before);
    seconds.push((user + system) / 1e6);
    if (seconds.length >= 10 && performance.now() - start > 1000 * longEnough) break;
  }
  return seconds;
}

/** So many profiles, each of some of the ratings of a user, so that well-known films are among them as often as they are. */
function someRatings({ byUser }: Dataset, profiles: number): Ratings[] {
  const { int } = random(3);
  return Array.from({ length: profiles }, () => {
    const { items, values } = profileOf(byUser, int(byUser.rows));
    const left = Array.from(items, (item, n) => [asItemIndex(item), values[n]] as const);
    return Array.from({ length: Math.min(ratingCount, left.length) }, () => left.splice(int(left.length), 1)[0]);
  });
}

/** In place of an embedder of texts, whose vectors take the same time to answer with. */
const madeUpVectors: Embedder = {
  length: 384,
  async embed(texts) {
    const { normal } = random(4);
    return Float32Array.from({ length: 384 * texts.length }, () => normal() / Math.sqrt(384));
  },
};

/** The time that this share of all is below. */
function share(seconds: readonly number[], of: number): string {
  const ascending = [...seconds].sort((a, b) => a - b);
  return milliseconds(ascending[Math.ceil(of * ascending.length) - 1]);
}

function milliseconds(seconds: number): string {
  return `${(1000 * seconds).toFixed(2)} ms`;
}
