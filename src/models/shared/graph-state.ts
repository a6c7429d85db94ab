/**
 * Relations of a film graph as tensors of a State, by kind of node: genreOffsets int32 [films + 1], genreNodes int32 and
 * genreWeights float32 [edges].
 */
import {
  type ContentKind,
  contentKinds,
  type FilmGraph,
  filmGraph,
  graphSize,
  type NodeKind,
  type Relation,
  relationFrom,
} from "../../content/graph.ts";
import type { DatasetInfo } from "../../data/dataset.ts";
import type { Csr } from "../../matrix/csr.ts";
import { sum } from "../../matrix/dense.ts";
import type { GenreWeight, NewItems, PlacedItems, State, Tensors } from "../model.ts";
import { emptyRows, placedRows, placedVectors } from "./placing.ts";
import { Type } from "./schema.ts";
import { checkRows, stateError, tensorOf } from "./state.ts";

export function relationTensors({ relations }: Pick<FilmGraph, "relations">): Tensors {
  return Object.fromEntries(
    relations.flatMap(({ kind, byFilm: { offsets, indices, values } }) => [
      [`${kind}Offsets`, { shape: [offsets.length], data: offsets }],
      [`${kind}Nodes`, { shape: [indices.length], data: indices }],
      [`${kind}Weights`, { shape: [values.length], data: values }],
    ]),
  );
}

/** More nodes without an edge than any catalog names: genres that no film has. */
const mostUnused = 2 ** 16;

/** The relation of films with one kind of node. @throws ARTIFACT_CONTENT */
export function readRelation(state: State, kind: ContentKind, films: number): Relation {
  const offsets = tensorOf(state, `${kind}Offsets`, Int32Array, films + 1);
  const indices = tensorOf(state, `${kind}Nodes`, Int32Array, undefined);
  const values = tensorOf(state, `${kind}Weights`, Float32Array, indices.length);
  const columns = indices.reduce((most, node) => Math.max(most, node + 1), 0);
  if (columns > indices.length + mostUnused) {
    throw stateError(
      state,
      `there are ${indices.length} edges to nodes of kind ${kind}, one of them to number ${columns - 1}`,
    );
  }
  checkRows(state, offsets, indices, columns);
  return relationFrom(kind, { rows: films, columns, offsets, indices, values });
}

/** A relation with the edges of new films, and those edges alone (new films × nodes). */
export function placeInRelation(
  items: NewItems,
  kind: ContentKind,
  { byFilm }: Relation,
  placeholders = false,
): { readonly relation: Relation; readonly added: Csr } {
  const added = filmGraph(items.catalog, [kind], { placeholders }).relations[0].byFilm;
  return { relation: relationFrom(kind, placedRows(items, byFilm, added)), added };
}

/** The state, of genres and counts alone, with new films: they have the genres of the catalog and no ratings. */
export function placeByGenres(state: State, items: NewItems, genres: Relation, counts: Int32Array): PlacedItems {
  const { relation, added } = placeInRelation(items, "genre", genres, state.facts.placeholders === true);
  const ofAll = placedVectors(items, counts);
  const tensors = { ...relationTensors({ relations: [relation] }), counts: { shape: [ofAll.length], data: ofAll } };
  return { state: { ...state, tensors }, unplaced: emptyRows(added) };
}

/** The setting of models that walk through genres alone. */
export const placeholdersSetting = Type.Boolean({
  default: false,
  description: 'whether "unknown" and "(no genres listed)" are genres like others, as in the published study',
});

/** The genres with a weight, as an answer names them. */
export function tasteFrom(weights: ArrayLike<number>): GenreWeight[] {
  const liked = Array.from(weights, (weight, genre) => ({ genre, weight })).filter(({ weight }) => weight > 0);
  return liked.sort((a, b) => b.weight - a.weight);
}

/** How large the graph of a trained model is. */
export interface GraphSize {
  /** Films and all other nodes that have an edge. */
  readonly nodes: number;
  readonly edges: number;
  /** The nodes that are no films, by kind. */
  readonly kinds: readonly { readonly kind: NodeKind; readonly nodes: number; readonly edges: number }[];
}

/** The size of the graph that a state is about; undefined where it is about none. @throws ARTIFACT_CONTENT */
export function graphSizeOf(state: State, { items, users, counts }: DatasetInfo): GraphSize | undefined {
  const kept = contentKinds.filter((kind) => Object.hasOwn(state.tensors, `${kind}Nodes`));
  const byRatings = typeof state.facts.user === "number" && state.facts.user > 0;
  if (kept.length === 0 && !byRatings) return undefined;
  const people = { kind: "user", nodes: users.size, edges: sum(counts) } as const;
  const content = kept.map((kind) => {
    const { nodes, edges } = graphSize({ films: 0, relations: [readRelation(state, kind, items.size)] });
    return { kind, nodes, edges };
  });
  const kinds = [...(byRatings ? [people] : []), ...content];
  const total = (of: "nodes" | "edges") => kinds.reduce((all, kind) => all + kind[of], 0);
  return { nodes: items.size + total("nodes"), edges: total("edges"), kinds };
}
