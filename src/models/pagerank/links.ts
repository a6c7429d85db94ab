/** Steps of walks over films and the nodes that they have in common; pagerank.ts has the formulas. */
import type { NodeKind, Relation } from "../../content/graph.ts";
import { type Csr, sumsOfRows, transpose } from "../../matrix/csr.ts";
import type { Connection } from "../model.ts";

/** A relation, and what its edges' weights are multiplied by to be the chances of a step over them. */
export interface Links extends Relation {
  readonly fromFilm: Float64Array;
  readonly fromNode: Float64Array;
}

/** Users and the films that they rated above 0. */
export function userRelation(ratings: Csr): Relation {
  const byNode = { ...ratings, values: ratings.values.map((value) => Math.max(0, value)) };
  return { kind: "user", byNode, byFilm: transpose(byNode) };
}

/** From a film a walk takes one of the kinds that the film has edges of, by their shares, then an edge of it, by the weights. */
export function linksOf(
  relations: readonly Relation[],
  shareOf: (kind: NodeKind) => number,
  placed: Uint8Array | undefined,
): Links[] {
  const weights = relations.map(({ byFilm }) => sumsOfRows(byFilm));
  const total = weights[0].map((_, film) =>
    relations.reduce((sum, { kind }, n) => sum + (weights[n][film] > 0 ? shareOf(kind) : 0), 0),
  );
  return relations.map((relation, n) => ({
    ...relation,
    fromFilm: weights[n].map((weight, film) => (weight > 0 ? shareOf(relation.kind) / (total[film] * weight) : 0)),
    fromNode: nodeSums(relation.byNode, placed).map((sum) => (sum > 0 ? 1 / sum : 0)),
  }));
}

/** The edges' weights of each node, without those to films that came after training where there are others. */
function nodeSums(byNode: Csr, placed: Uint8Array | undefined): Float64Array {
  const all = sumsOfRows(byNode);
  if (!placed) return all;
  const before = sumsOfRows({
    ...byNode,
    values: byNode.values.map((value, n) => (placed[byNode.indices[n]] ? 0 : value)),
  });
  return before.map((sum, node) => (sum > 0 ? sum : all[node]));
}

/** x M: where walks stand after a film, a node, and a film again. By nodes, whose rows are longer than those of films. */
export function stepForward(links: readonly Links[], x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  for (const { byNode, fromFilm, fromNode } of links) {
    const [from, to] = [new Float64Array(x.length), new Float64Array(x.length)];
    for (let film = 0; film < x.length; film++) from[film] = x[film] * fromFilm[film];
    for (let node = 0; node < byNode.rows; node++) {
      addRow(byNode, node, fromNode[node] * rowProduct(byNode, node, from), to);
    }
    for (let film = 0; film < x.length; film++) out[film] += to[film];
  }
  return out;
}

/** M x: where walks that end as x says came from. Adds, times `weight`, how much of them came through each node to `ending`. */
export function stepBackward(
  links: readonly Links[],
  x: Float64Array,
  weight: number,
  ending: readonly Float64Array[],
): Float64Array {
  const out = new Float64Array(x.length);
  for (const [k, { byNode, fromFilm, fromNode }] of links.entries()) {
    const to = new Float64Array(x.length);
    for (let node = 0; node < byNode.rows; node++) {
      const amount = fromNode[node] * rowProduct(byNode, node, x);
      ending[k][node] += weight * amount;
      addRow(byNode, node, amount, to);
    }
    for (let film = 0; film < x.length; film++) out[film] += to[film] * fromFilm[film];
  }
  return out;
}

/** The product of a row and a vector, in one sum, so that entries which count 0, as of films that came later, change nothing. */
export function rowProduct({ offsets, indices, values }: Csr, row: number, x: Float64Array): number {
  const end = offsets[row + 1];
  let sum = 0;
  for (let n = offsets[row]; n < end; n++) sum += x[indices[n]] * values[n];
  return sum;
}

/** Adds a multiple of a row to a vector. */
export function addRow({ offsets, indices, values }: Csr, row: number, factor: number, out: Float64Array): void {
  if (factor === 0) return;
  const end = offsets[row + 1];
  for (let n = offsets[row]; n < end; n++) out[indices[n]] += factor * values[n];
}

/** For each film, the node on the likeliest path of two edges from it to one film; where it is a user, how many have rated both. */
export function likeliestConnections(links: readonly Links[], to: number): (from: number) => Connection | undefined {
  const arrivals = links.map(({ byFilm: { columns, offsets, indices, values }, fromNode }) => {
    const [isBeside, chances] = [new Uint8Array(columns), new Float64Array(columns)];
    for (let n = offsets[to]; n < offsets[to + 1]; n++) {
      isBeside[indices[n]] = 1;
      chances[indices[n]] = fromNode[indices[n]] * values[n];
    }
    return { isBeside, chances };
  });

  return (from) => {
    let best: { readonly chance: number; readonly through: Connection } | undefined;
    for (const [k, { kind, byFilm, fromFilm }] of links.entries()) {
      const { offsets, indices, values } = byFilm;
      const { isBeside, chances } = arrivals[k];
      const end = offsets[from + 1];
      let [likeliest, node, count] = [0, -1, 0];
      // Without a condition on what is shared, of which a processor would guess half wrong.
      for (let n = offsets[from]; n < end; n++) {
        const chance = values[n] * chances[indices[n]];
        node = chance > likeliest ? indices[n] : node;
        likeliest = chance > likeliest ? chance : likeliest;
        count += isBeside[indices[n]];
      }
      const chance = fromFilm[from] * likeliest;
      if (chance > (best?.chance ?? 0)) best = { chance, through: kind === "user" ? { kind, count } : { kind, node } };
    }
    return best?.through;
  };
}
