/** What a report shows of a model: its vectors, and the terms that mark films. */
import type { Engine } from "../compute/engine.ts";
import { filmLabel } from "../data/film-title.ts";
import { topK } from "../matrix/topk.ts";
import type { State } from "../models/model.ts";
import type { Trained } from "../models/trained.ts";
import { present } from "../present.ts";
import { factorsOf } from "../recommend/factors.ts";
import type { OpenModel } from "../recommend/open-model.ts";
import type { UserRatings } from "../recommend/query.ts";
import type { Inspected } from "./inspect-report.ts";
import type { MarkedFilm } from "./pictures/terms.ts";

/** How many films are shown with their terms, and how many terms of each. */
const [filmsMarked, termsEach] = [6, 8];

/**
 * @param recommender of the trained model, on `engine`
 * @param known ratings of users, whose vectors are shown as well
 */
export async function inspectModel(
  recommender: OpenModel,
  { state, record }: Trained,
  engine: Engine,
  known?: UserRatings,
): Promise<Inspected> {
  const vectors = (await scoreVectors(recommender, engine, known)) ?? filmVectors(state, recommender.model.items);
  return { recommender, record, terms: markedFilms(recommender), ...present({ vectors }) };
}

/** The terms that mark the most rated films; none where the model does not go by terms. */
function markedFilms({ model, info }: OpenModel): MarkedFilm[] {
  if (!model.topTerms) return [];
  const films = Array.from(topK(Float64Array.from(info.counts), filmsMarked));
  return films
    .map((item) => ({
      title: filmLabel({ title: info.catalog.titles[item] }),
      terms: model.topTerms!(item, termsEach),
    }))
    .filter(({ terms }) => terms.length > 0);
}

/** The vectors whose products are the scores, where the model has such. */
async function scoreVectors(
  recommender: OpenModel,
  engine: Engine,
  users: UserRatings | undefined,
): Promise<Inspected["vectors"]> {
  if (!recommender.model.vectors) return undefined;
  const { items, ...factors } = await factorsOf(recommender, { engine, ...present({ users }) });
  return { ...factors, films: items };
}

/** The vectors of films that a state keeps. */
function filmVectors({ tensors: { items } }: State, films: number): Inspected["vectors"] {
  if (!(items?.data instanceof Float32Array) || items.shape.length !== 2 || items.shape[0] !== films) return undefined;
  return { length: items.shape[1], films: items.data };
}
