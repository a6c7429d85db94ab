import { type Id, type Ids, idsFrom } from "../ids.ts";

/** Numbers ids 0, 1, 2 … in the order in which they first appear, as long as not all of them are known. */
export interface Numbering<T extends Id> {
  readonly kind: T extends number ? "number" : "text";
  readonly size: number;
  /** The number of an id; a new number for a new id. */
  numberOf(id: T): number;
  /** The number of an id, or −1. */
  find(id: T): number;
  /** The final index space, ids ascending, and the index of each number. */
  finish(): { ids: Ids; indexOf: Int32Array };
}

export type IdNumbering = Numbering<number> | Numbering<string>;

/** Ids below this are looked up in an array, which is several times faster than a Map; MovieLens ids all are. */
const arrayLimit = 2 ** 24;

/** For ids that are safe integers. */
export function numericIdNumbering(): Numbering<number> {
  const values: number[] = [];
  let small = new Int32Array(2 ** 12);
  const large = new Map<number, number>();

  function numberOf(id: number): number {
    if (id >= 0 && id < arrayLimit) {
      if (id >= small.length) {
        const larger = new Int32Array(2 ** Math.ceil(Math.log2(id + 1)));
        larger.set(small);
        small = larger;
      }
      if (small[id] === 0) small[id] = values.push(id);
      return small[id] - 1;
    }
    const known = large.get(id);
    if (known !== undefined) return known;
    large.set(id, values.length);
    return values.push(id) - 1;
  }
  return {
    kind: "number",
    get size() {
      return values.length;
    },
    numberOf,
    find: (id) => (id >= 0 && id < arrayLimit ? (small[id] ?? 0) - 1 : (large.get(id) ?? -1)),
    finish() {
      const ascending = Float64Array.from(values).sort();
      return { ids: idsFrom(ascending), indexOf: indicesOf(ascending, numberOf) };
    },
  };
}

/** For ids of any kind. */
export function textIdNumbering(): Numbering<string> {
  const values: string[] = [];
  const known = new Map<string, number>();
  function numberOf(id: string): number {
    const at = known.get(id);
    if (at !== undefined) return at;
    // A part of a text keeps all of that text in memory; its copy does not.
    const own = Buffer.from(id, "utf16le").toString("utf16le");
    known.set(own, values.length);
    return values.push(own) - 1;
  }
  return {
    kind: "text",
    get size() {
      return values.length;
    },
    numberOf,
    find: (id) => known.get(id) ?? -1,
    finish() {
      // The default order of JavaScript is by code unit, as `<` compares, and not by UTF-8 bytes.
      const ascending = [...values].sort();
      return { ids: idsFrom(ascending), indexOf: indicesOf(ascending, numberOf) };
    },
  };
}

function indicesOf<T>(ascending: ArrayLike<T>, number: (id: T) => number): Int32Array {
  const indexOf = new Int32Array(ascending.length);
  for (let index = 0; index < ascending.length; index++) indexOf[number(ascending[index])] = index;
  return indexOf;
}

/** The same numbers for the same ids, as texts. */
export function textNumberingOf(numbering: Numbering<number>): Numbering<string> {
  const texts = textIdNumbering();
  const { ids, indexOf } = numbering.finish();
  for (const index of indexOf) texts.numberOf(String(ids.id(index)));
  return texts;
}
