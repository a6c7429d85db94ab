/**
 * A bipartite graph of films and what they have in common: genres, tags, decades, users who rated them. Every edge joins a film
 * and one of these nodes, so that a walk alternates between the two. The graph of ML-100K's genres has 1,700 nodes and 2,891
 * edges; with the placeholder "unknown", 1,701 and 2,893.
 */
import type { Catalog, Labels } from "../data/catalog.ts";
import { type Csr, transpose } from "../matrix/csr.ts";

/** The kinds of nodes that a catalog gives. */
export const contentKinds = ["genre", "tag", "decade"] as const;
export type ContentKind = (typeof contentKinds)[number];
export type NodeKind = ContentKind | "user";

/** The edges between films and the nodes of one kind, with positive weights, in both directions. */
export interface Relation {
  readonly kind: NodeKind;
  /** films × nodes. */
  readonly byFilm: Csr;
  /** nodes × films: the same edges. */
  readonly byNode: Csr;
}

export interface FilmGraph {
  readonly films: number;
  readonly relations: readonly Relation[];
}

/** What stands for the genres of a film that has none, in MovieLens 100K and in the later sets. */
const placeholders: readonly string[] = ["unknown", "(no genres listed)"];

/**
 * Builds the graph of a catalog. Tags that differ only in case are one node; an edge weighs as often as the tag was given. A placeholder
 * for genres joins no films, since they have nothing in common; with `placeholders` it is a genre like any other, as in the published study.
 */
export function filmGraph(
  catalog: Catalog,
  kinds: readonly ContentKind[],
  options: { readonly placeholders?: boolean } = {},
): FilmGraph {
  const { genres, tags, years } = catalog;
  const isNode = (genre: string) => options.placeholders || !placeholders.includes(genre.trim().toLowerCase());
  const edges: Record<ContentKind, () => Csr> = {
    genre: () =>
      labelEdges(
        genres,
        Int32Array.from(genres.names, (name, n) => (isNode(name) ? n : -1)),
      ),
    tag: () => labelEdges(tags, mergeCaseVariants(tags.names)),
    decade: () => decadeEdges(years),
  };
  return { films: years.length, relations: kinds.map((kind) => relationFrom(kind, edges[kind]())) };
}

export function relationFrom(kind: NodeKind, byFilm: Csr): Relation {
  return { kind, byFilm, byNode: transpose(byFilm) };
}

/** Numbers of nodes (all films, and other nodes that have an edge) and of edges. */
export function graphSize({ films, relations }: FilmGraph): { readonly nodes: number; readonly edges: number } {
  let [nodes, edges] = [films, 0];
  for (const { byNode } of relations) {
    for (let node = 0; node < byNode.rows; node++) if (byNode.offsets[node + 1] > byNode.offsets[node]) nodes++;
    edges += byNode.indices.length;
  }
  return { nodes, edges };
}

/** The name of a node: "Crime", "film noir", "1990s". Genres and tags are numbered as in the catalog, decades by year / 10. */
export function nodeName({ genres, tags }: Catalog, kind: ContentKind, node: number): string {
  if (kind === "decade") return `${10 * node}s`;
  return { genre: genres, tag: tags }[kind].names[node];
}

/** Edges from labels: label `name` is node `nodeOf[name]`, −1 for none, and an edge weighs as often as the film has the label. */
function labelEdges({ offsets, indices }: Labels, nodeOf: Int32Array): Csr {
  const lists = Array.from({ length: offsets.length - 1 }, (_, film) => {
    const times = new Map<number, number>();
    for (let n = offsets[film]; n < offsets[film + 1]; n++) {
      const node = nodeOf[indices[n]];
      if (node >= 0) times.set(node, (times.get(node) ?? 0) + 1);
    }
    return [...times].sort(([a], [b]) => a - b);
  });
  return csrFromLists(lists, nodeOf.length);
}

/** The node of each name: the first name that differs only in case and surrounding space. */
function mergeCaseVariants(names: readonly string[]): Int32Array {
  const first = new Map<string, number>();
  return Int32Array.from(names, (name, n) => {
    const plain = name.trim().toLowerCase();
    if (!first.has(plain)) first.set(plain, n);
    return first.get(plain)!;
  });
}

function decadeEdges(years: Int16Array): Csr {
  const decades = Array.from(years, (year) => Math.floor(year / 10));
  const lists = decades.map((decade): [number, number][] => (decade > 0 ? [[decade, 1]] : []));
  return csrFromLists(lists, 1 + decades.reduce((most, decade) => Math.max(most, decade), 0));
}

function csrFromLists(lists: readonly (readonly (readonly [column: number, value: number])[])[], columns: number): Csr {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, row) => {
    offsets[row + 1] = offsets[row] + list.length;
  });
  const entries = lists.flat();
  return {
    rows: lists.length,
    columns,
    offsets,
    indices: Int32Array.from(entries, ([column]) => column),
    values: Float32Array.from(entries, ([, value]) => value),
  };
}
