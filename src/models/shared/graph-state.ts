/**
 * Relations of a film graph as tensors of a State, by kind of node: genreOffsets int32 [films + 1], genreNodes int32 and
 * genreWeights float32 [edges].
 */
import { type ContentKind, type FilmGraph, filmGraph, type Relation, relationFrom } from "../../content/graph.ts";
import type { Csr } from "../../matrix/csr.ts";
import type { NewItems, PlacedItems, State, Tensors } from "../model.ts";
import { emptyRows, placedRows, placedVectors } from "./placing.ts";
import { checkRows, tensorOf } from "./state.ts";

export function relationTensors({ relations }: Pick<FilmGraph, "relations">): Tensors {
  return Object.fromEntries(
    relations.flatMap(({ kind, byFilm: { offsets, indices, values } }) => [
      [`${kind}Offsets`, { shape: [offsets.length], data: offsets }],
      [`${kind}Nodes`, { shape: [indices.length], data: indices }],
      [`${kind}Weights`, { shape: [values.length], data: values }],
    ]),
  );
}

/** The relation of films with one kind of node. @throws ARTIFACT_CONTENT */
export function readRelation(state: State, kind: ContentKind, films: number): Relation {
  const offsets = tensorOf(state, `${kind}Offsets`, Int32Array, films + 1);
  const indices = tensorOf(state, `${kind}Nodes`, Int32Array, undefined);
  const values = tensorOf(state, `${kind}Weights`, Float32Array, indices.length);
  const columns = indices.reduce((most, node) => Math.max(most, node + 1), 0);
  checkRows(state, offsets, indices, columns);
  return relationFrom(kind, { rows: films, columns, offsets, indices, values });
}

/** A relation with the edges of new films, and those edges alone (new films × nodes). */
export function placeInRelation(
  items: NewItems,
  kind: ContentKind,
  { byFilm }: Relation,
): { readonly relation: Relation; readonly added: Csr } {
  const added = filmGraph(items.catalog, [kind]).relations[0].byFilm;
  return { relation: relationFrom(kind, placedRows(items, byFilm, added)), added };
}

/** The state, of genres and counts alone, with new films: they have the genres of the catalog and no ratings. */
export function placeByGenres(state: State, items: NewItems, genres: Relation, counts: Int32Array): PlacedItems {
  const { relation, added } = placeInRelation(items, "genre", genres);
  const ofAll = placedVectors(items, counts);
  const tensors = { ...relationTensors({ relations: [relation] }), counts: { shape: [ofAll.length], data: ofAll } };
  return { state: { ...state, tensors }, unplaced: emptyRows(added) };
}
