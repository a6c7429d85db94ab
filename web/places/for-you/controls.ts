/** What the user wants of the list, as its address keeps it. */
import type { Id } from "../../../src/client.ts";

export interface ListControls {
  /** From −1, less known films, to 1, better known ones. */
  readonly popularity: number;
  /** From 0 to 1: how much films differ from those before them. */
  readonly variety: number;
  /** From 0, what people rated alike, to 1, what films are about. */
  readonly content: number;
  readonly genre?: string;
  /** The first and the last year. */
  readonly from?: number;
  readonly to?: number;
  /** A film of which more are shown. */
  readonly like?: Id;
}

export const noControls: ListControls = { popularity: 0, variety: 0, content: 0 };

/** Whether the list is as it is without controls. */
export function areDefault({ popularity, variety, content, genre, from, to }: ListControls): boolean {
  const isUnset = [popularity, variety, content].every((value) => value === 0);
  return isUnset && genre === undefined && from === undefined && to === undefined;
}

/** The controls of a query; what makes no sense is left out. */
export function readControls(search: string): ListControls {
  const query = new URLSearchParams(search);
  const year = (name: string) => (/^\d{4}$/.test(query.get(name) ?? "") ? Number(query.get(name)) : undefined);
  const genre = query.get("genre")?.slice(0, 100);
  const [from, to] = [year("from"), year("to")];
  const like = query.get("like");
  return {
    popularity: numberIn(query.get("popularity"), -1, 1),
    variety: numberIn(query.get("variety"), 0, 1),
    content: numberIn(query.get("content"), 0, 1),
    ...(genre && { genre }),
    ...(from !== undefined && { from }),
    // Years that nothing can lie between: the later end is left open.
    ...(to !== undefined && to >= (from ?? to) && { to }),
    ...(like && { like: /^-?\d{1,15}$/.test(like) ? Number(like) : like.replace(/^~/, "") }),
  };
}

/** The query that `readControls` reads. */
export function writeControls({ popularity, variety, content, genre, from, to, like }: ListControls): URLSearchParams {
  const query = new URLSearchParams();
  const write = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== 0 && value !== "") query.set(name, String(value));
  };
  write("popularity", popularity);
  write("variety", variety);
  write("content", content);
  write("genre", genre);
  write("from", from);
  write("to", to);
  // A text that looks like a number is told from it by a mark in front.
  if (like !== undefined) query.set("like", typeof like === "string" && /^[-\d~]/.test(like) ? `~${like}` : `${like}`);
  return query;
}

function numberIn(text: string | null, least: number, most: number): number {
  const number = Number(text ?? 0);
  return number >= least && number <= most ? number : 0;
}
