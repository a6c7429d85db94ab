import { MatineeError } from "../errors.ts";

/** An id as the data's own files write it: a number (MovieLens) or any text. */
export type Id = number | string;

/**
 * The ids of one index space: from index 0 .. size − 1 to id and back. Ids ascend (numbers by value, texts by code
 * unit), so that a tie broken by index is a tie broken by id.
 */
export interface Ids<Index extends number = number> {
  readonly size: number;
  readonly values: Float64Array | readonly string[];
  id(index: number): Id;
  /** The index of an id, or −1. Number ids are also found by their text ("260"), and text ids of digits by their number. */
  index(id: Id): Index;
}

/**
 * Makes the ids of an index space.
 *
 * @param values strictly ascending
 * @throws RangeError otherwise
 */
export function idsFrom<Index extends number = number>(values: Float64Array | readonly string[]): Ids<Index> {
  for (let n = 1; n < values.length; n++) {
    if (!(values[n - 1] < values[n])) {
      throw new RangeError(`ids must ascend: ${values[n - 1]} stands before ${values[n]} at index ${n}`);
    }
  }
  const numeric = values instanceof Float64Array;
  return {
    size: values.length,
    values,
    id(index) {
      if (!(index >= 0 && index < values.length)) {
        throw new MatineeError("INTERNAL", `index ${index} is outside 0..${values.length - 1}`);
      }
      return values[index];
    },
    index(id) {
      const wanted = numeric ? numericId(id) : String(id);
      let low = 0;
      let high = values.length - 1;
      while (low <= high) {
        const middle = (low + high) >>> 1;
        const value = values[middle];
        if (value === wanted) return middle as Index;
        if (value < wanted) low = middle + 1;
        else high = middle - 1;
      }
      return -1 as Index;
    },
  };
}

/** An id of a numeric index space, also from its text; NaN for any other text, such as 007. */
export function numericId(id: Id): number {
  if (typeof id === "number") return id;
  return /^(?:0|-?[1-9]\d*)$/.test(id) ? Number(id) : Number.NaN;
}

/** Results of `sameIds`, which are asked for again with every query. */
const compared = new WeakMap<Ids, WeakMap<Ids, boolean>>();

/** Whether two index spaces are the same: equal ids, and so the same id behind every index. */
export function sameIds(one: Ids, other: Ids): boolean {
  if (one === other) return true;
  const known = compared.get(one) ?? new WeakMap<Ids, boolean>();
  compared.set(one, known);
  let same = known.get(other);
  if (same === undefined) {
    const { values } = other;
    same = one.size === other.size && one.values.every((id: Id, index: number) => id === values[index]);
    known.set(other, same);
  }
  return same;
}

/** An id as messages write it: 260 or "tt0113277". */
export function idText(id: Id): string {
  return JSON.stringify(id);
}
