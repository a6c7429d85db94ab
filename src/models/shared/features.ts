/**
 * The content of films as features of `ease`, and of `als` and `mf`, which project them to factors (projection.ts), and the projection as a
 * state keeps it: a film that comes after training is placed at W f, by what training learnt.
 */
import { genreVectors, knownTermVectors, termVectors } from "../../content/catalog-vectors.ts";
import type { Catalog } from "../../data/catalog.ts";
import type { Shape } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import type { Csr } from "../../matrix/csr.ts";
import type { FitContext, PlacingContext, State } from "../model.ts";
import { choiceOf, numberOf, tensorOf, textListOf, textOf } from "./state.ts";
import { defaultTextModel, embedFilms, embedLikewise, type TextVectors } from "./text-vectors.ts";

export const featureKinds = ["none", "genres", "tfidf", "text"] as const;
export type Features = (typeof featureKinds)[number];

/** Terms kept, as by the model tfidf. */
const mostTerms = 5000;
/** As memory is estimated before any text is read: entries of a film, and features in all, of so many films. */
const sizes = {
  genres: { entries: 3, features: () => 20 },
  tfidf: { entries: 6, features: (items: number) => Math.min(mostTerms, 2 * items) },
  text: { entries: 384, features: () => 384 },
};
/** What an error calls the content that is missing. */
const words = { genres: "genres", tfidf: "words", text: "titles" };

/** Content of films, and what it takes to read that of other films alike: facts and tensors of a state. */
export interface FilmFeatures extends Pick<State, "facts" | "tensors"> {
  /** Sparse rows of length 1 (items × features); empty rows for films without content. */
  readonly rows: Csr;
}

/**
 * Reads the content of films.
 * @throws CONFIG_INVALID where no film has any; for text, CAPABILITY_MISSING without an embedder, and what that throws
 */
export async function readFeatures(
  catalog: Catalog,
  kind: Features,
  model: string,
  context: FitContext,
): Promise<FilmFeatures | undefined> {
  if (kind === "none") return undefined;
  const features = await featuresOf(catalog, kind, model, context);
  if (features.rows.indices.length > 0) return features;
  throw new MatineeError("CONFIG_INVALID", `${model}: features is ${kind}, and these films have no ${words[kind]}`, {
    fix: "read data that name them, or set features to none",
  });
}

async function featuresOf(
  catalog: Catalog,
  content: Exclude<Features, "none">,
  model: string,
  context: FitContext,
): Promise<FilmFeatures> {
  if (content === "genres") {
    const rows = genreVectors(catalog);
    return { rows, facts: { content, featureCount: rows.columns }, tensors: {} };
  }
  if (content === "tfidf") {
    const { terms, idf, rows } = termVectors(catalog, mostTerms);
    return {
      rows,
      facts: { content, featureCount: rows.columns, terms },
      tensors: { idf: { shape: [idf.length], data: idf } },
    };
  }
  const found = await embedFilms(catalog, defaultTextModel, context, `${model} by text is trained`);
  const rows = denseRows(catalog.titles.length, found);
  return { rows, facts: { content, featureCount: found.length, textModel: defaultTextModel }, tensors: {} };
}

/** W as the tensor `projection` of a state: float32 [features × width]. */
export function projectionTensor(w: Float32Array, width: number): State["tensors"] {
  return { projection: { shape: [w.length / width, width], data: w } };
}

/** A projection as a state holds it. */
export interface KeptProjection {
  /** W f of films, float32 [films × width], and the films of which it is 0: nothing that W knows is said of them. */
  project(catalog: Catalog, context: PlacingContext): Promise<{ vectors: Float32Array; unplaced: readonly number[] }>;
}

/**
 * Reads the projection of a state, and how it reads content. Undefined where there is none: without features, and in files of earlier
 * versions.
 * @throws ARTIFACT_CONTENT
 */
export function readProjection(state: State, width: number): KeptProjection | undefined {
  if (!Object.hasOwn(state.facts, "content")) return undefined;
  const content = choiceOf(state, "content", ["genres", "tfidf", "text"]);
  const features = numberOf(state, "featureCount");
  const w = tensorOf(state, "projection", Float32Array, features, width);
  const read = readerOf(state, content, features);
  return {
    async project(catalog, context) {
      const { rows, offsets, indices, values } = await read(catalog, context);
      const vectors = new Float32Array(rows * width);
      const sums = new Float64Array(width);
      const unplaced: number[] = [];
      for (let row = 0; row < rows; row++) {
        sums.fill(0);
        for (let n = offsets[row]; n < offsets[row + 1]; n++) {
          for (let k = 0; k < width; k++) sums[k] += values[n] * w[indices[n] * width + k];
        }
        vectors.set(sums, row * width);
        if (!sums.some(Boolean)) unplaced.push(row);
      }
      return { vectors, unplaced };
    },
  };
}

function readerOf(
  state: State,
  content: Exclude<Features, "none">,
  features: number,
): (catalog: Catalog, context: PlacingContext) => Csr | Promise<Csr> {
  if (content === "genres") return (catalog) => genreVectors(catalog, features);
  if (content === "tfidf") {
    const idf = tensorOf(state, "idf", Float64Array, features);
    const terms = textListOf(state, "terms", features);
    return (catalog) => knownTermVectors(catalog, { terms, idf });
  }
  const model = textOf(state, "textModel");
  return async (catalog, context) => {
    const what = `${state.algorithm} by text places films`;
    return denseRows(catalog.titles.length, await embedLikewise(features, catalog, model, context, what));
  };
}

/** Vectors as rows with an entry in every column; empty rows for the other items. */
function denseRows(rows: number, { length, items, vectors }: TextVectors): Csr {
  const offsets = new Int32Array(rows + 1);
  for (const item of items) offsets[item + 1] = length;
  for (let row = 0; row < rows; row++) offsets[row + 1] += offsets[row];
  return { rows, columns: length, offsets, indices: Int32Array.from(vectors, (_, n) => n % length), values: vectors };
}

/** How many entries the content of films will have, and how many features. */
export function contentSize(items: number, kind: Features): { readonly entries: number; readonly features: number } {
  if (kind === "none") return { entries: 0, features: 0 };
  return { entries: items * sizes[kind].entries, features: sizes[kind].features(items) };
}

/** Bytes of a projection to `width` numbers. */
export function projectionBytes({ items }: Pick<Shape, "items">, kind: Features, width: number): number {
  if (kind === "none") return 0;
  const { entries, features } = contentSize(items, kind);
  return 16 * entries + 4 * (items + features) + 4 * width * (2 * items + 4 * features);
}
