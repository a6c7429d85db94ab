/** The graph of films and genres, as study 004 makes it. */
import type { Dataset } from "../../core.ts";

/** Nodes are all films, and the genres that a film has, the placeholder too; an edge joins a film and its genre. */
export function graphOf({ catalog: { genres }, items }: Dataset): { readonly nodes: number; readonly edges: number } {
  return { nodes: items.size + new Set(genres.indices).size, edges: genres.indices.length };
}
