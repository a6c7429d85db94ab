/** The chances of steps between films and nodes of all kinds, as two sparse matrices; links.ts has them by kinds. */
import { type Csr, entriesWhere } from "../../matrix/csr.ts";
import type { Links } from "./links.ts";

/** Both are nodes × films, with the same edges: M = arrivingᵀ · leaving. */
export interface Chances {
  /** From a film to each node. */
  readonly arriving: Csr;
  /** From a node to each film. */
  readonly leaving: Csr;
}

/**
 * Nodes that lead to the same film and no other, such as tags that no other film has, go on alike, and so they are one node here. Nodes that
 * lead nowhere are left out.
 */
export function chancesOf(links: readonly Links[]): Chances {
  const nodes = distinctNodes(links);
  const offsets = new Int32Array(nodes.length + 1);
  for (const [n, [first]] of nodes.entries()) offsets[n + 1] = offsets[n] + edgesOf(links[first.kind], first.node);
  const indices = new Int32Array(offsets[nodes.length]);
  const arriving = new Float32Array(indices.length);
  const leaving = new Float32Array(indices.length);
  for (const [n, alike] of nodes.entries()) {
    for (const { kind, node } of alike) {
      const { byNode, fromFilm, fromNode } = links[kind];
      const from = byNode.offsets[node];
      for (let at = offsets[n]; at < offsets[n + 1]; at++) {
        const edge = from + at - offsets[n];
        const film = byNode.indices[edge];
        indices[at] = film;
        arriving[at] += fromFilm[film] * byNode.values[edge];
        leaving[at] = fromNode[node] * byNode.values[edge];
      }
    }
  }
  const edges = { rows: nodes.length, columns: links[0].byFilm.rows, offsets, indices };
  return { arriving: { ...edges, values: arriving }, leaving: { ...edges, values: leaving } };
}

/** Without the edges of films where walks end, those that came after training. */
export function goingOn(arriving: Csr, placed: Uint8Array | undefined): Csr {
  return placed ? entriesWhere(arriving, (edge) => placed[arriving.indices[edge]] === 0) : arriving;
}

/** Films, nodes and edges of the matrices, edges of alike nodes counted one by one. */
export interface Size {
  readonly films: number;
  readonly nodes: number;
  readonly edges: number;
}

export function sizeOf(links: readonly Links[]): Size {
  const edges = links.reduce((sum, { byNode }) => sum + byNode.indices.length, 0);
  return { films: links[0].byFilm.rows, nodes: distinctNodes(links).length, edges };
}

interface Node {
  /** Its place among the links. */
  readonly kind: number;
  readonly node: number;
}

/** The nodes that lead to films, those together that lead to the same one. */
function distinctNodes(links: readonly Links[]): (readonly Node[])[] {
  const nodes: Node[][] = [];
  const ofOneFilm = new Map<number, Node[]>();
  for (const [kind, { byNode, fromNode }] of links.entries()) {
    for (let node = 0; node < byNode.rows; node++) {
      if (fromNode[node] === 0) continue;
      const only = edgesOf(links[kind], node) === 1 ? byNode.indices[byNode.offsets[node]] : undefined;
      const alike = only === undefined ? undefined : ofOneFilm.get(only);
      if (alike) alike.push({ kind, node });
      else {
        const own = [{ kind, node }];
        nodes.push(own);
        if (only !== undefined) ofOneFilm.set(only, own);
      }
    }
  }
  return nodes;
}

function edgesOf({ byNode: { offsets } }: Links, node: number): number {
  return offsets[node + 1] - offsets[node];
}
