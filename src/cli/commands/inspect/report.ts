/** The report of `matinee inspect`: what is in some ratings, in a model, or in both. */

import type { Engine } from "../../../compute/engine.ts";
import { createEngine } from "../../../compute/pool.ts";
import type { Dataset } from "../../../data/dataset.ts";
import { topK } from "../../../matrix/topk.ts";
import type { State } from "../../../models/model.ts";
import { present } from "../../../present.ts";
import { open, type Recommender } from "../../../recommend/recommender.ts";
import type { Inspected } from "../../../report/inspect-report.ts";
import type { MarkedFilm } from "../../../report/pictures/terms.ts";
import type { Report } from "../../../report/report.ts";
import type { LoadedModel, ModelFlags } from "../../options/model.ts";
import { readUserRatings } from "../../options/user.ts";
import { withProgress } from "../../terminal/progress.ts";

/** Films whose terms are drawn, and how many of each. */
const [filmsMarked, termsEach] = [6, 8];

export async function drawReport(
  source: LoadedModel | { readonly dataset: Dataset },
  flags: ModelFlags,
): Promise<Report> {
  const { inspectReport } = await import("../../../report/inspect-report.ts");
  const data = present({ dataset: source.dataset });
  if (!("trained" in source)) return withProgress("Drawing", () => inspectReport(data));
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  using recommender = open(source.trained, engine);
  const vectors = await vectorsOf(source, recommender, engine);
  const terms = termsOf(recommender);
  const model: Inspected = { recommender, record: source.trained.record, terms, ...present({ vectors }) };
  return withProgress("Drawing", () => inspectReport({ ...data, model }));
}

/** What marks the films that most people know; nothing where the model does not go by terms. */
function termsOf({ model, info }: Recommender): MarkedFilm[] {
  if (!model.topTerms) return [];
  const films = Array.from(topK(Float64Array.from(info.counts), filmsMarked));
  return films
    .map((item) => ({ title: info.catalog.titles[item], terms: model.topTerms!(item, termsEach) }))
    .filter(({ terms }) => terms.length > 0);
}

/** Those that scores are products of; else the vectors of films that the model keeps; undefined where it has none. */
async function vectorsOf(source: LoadedModel, recommender: Recommender, engine: Engine): Promise<Inspected["vectors"]> {
  using arena = engine.arena();
  const vectors = recommender.model.vectors?.(engine, arena);
  if (!vectors) return filmVectors(source.trained.state, recommender.model.items);
  const films = vectors.items.slice();
  const people = await readUserRatings(source, recommender);
  if (!people) return { length: vectors.length, films };
  const out = arena.float32(people.byUser.rows * vectors.length);
  await vectors.foldIn(people.byUser, out);
  return { length: vectors.length, films, people: out.slice() };
}

function filmVectors({ tensors: { items } }: State, films: number): Inspected["vectors"] {
  if (!(items?.data instanceof Float32Array) || items.shape.length !== 2 || items.shape[0] !== films) return undefined;
  return { length: items.shape[1], films: items.data };
}
