/** Vectors of films that trained models keep, also those that do not score by products of them. */
import type { State } from "../models/model.ts";
import type { Trained } from "../models/trained.ts";

/** Vectors of films, of `length` numbers each, one after another. */
export interface FilmVectors {
  /** The algorithm. */
  readonly model: string;
  readonly length: number;
  readonly films: Float32Array;
}

/** The vectors that a model, the parts of a blend and what predicts ratings beside it keep. */
export function keptVectors({ info, state, predictor }: Trained): FilmVectors[] {
  const states = [state, ...Object.values(state.parts ?? {}), ...(predictor ? [predictor.state] : [])];
  return states.map((one) => vectorsIn(one, info.items.size)).filter((vectors) => vectors !== undefined);
}

/** The vectors of films in a state, if it keeps some. */
export function vectorsIn({ algorithm, tensors: { items } }: State, films: number): FilmVectors | undefined {
  if (!(items?.data instanceof Float32Array) || items.shape.length !== 2 || items.shape[0] !== films) return undefined;
  return { model: algorithm, length: items.shape[1], films: items.data };
}
