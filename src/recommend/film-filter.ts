/** Which films: a small typed language, as JSON, over what is known of them. */
import { quoteArgument } from "../check-arguments.ts";
import type { Catalog, Labels } from "../data/catalog.ts";
import { asItemIndex, type DatasetInfo, type ItemIndex } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";
import { didYouMean } from "../did-you-mean.ts";
import { MatineeError } from "../errors.ts";
import type { Json } from "../models/model.ts";

/** What a field is compared with. */
export type FilterValue = string | number | boolean;

/**
 * Which films. A field is compared with one value (`is`), with several (`in`), or with a range whose ends are both included (`from`, `to`; either
 * may be absent). `and` of nothing fits every film, `or` of nothing none.
 *
 * | Field | Compared with | Fits |
 * |---|---|---|
 * | `id` | `is`, `in` | the films with these ids |
 * | `year` | all | films whose year is known |
 * | `genre`, `tag` | `is`, `in` | films that have one of them, in small or capital letters |
 * | `ratings` | all | by how many users rated them |
 * | `attributes.NAME` | all | by what else is known of a film; of a list, one entry is enough |
 *
 * At most 8 filters lie in one another. All filters of one list have at most 100 of them, and 1,000 values.
 */
export type FilmFilter =
  | { readonly and: readonly FilmFilter[] }
  | { readonly or: readonly FilmFilter[] }
  | { readonly not: FilmFilter }
  | { readonly field: string; readonly is: FilterValue }
  | { readonly field: string; readonly in: readonly FilterValue[] }
  | { readonly field: string; readonly from?: number; readonly to?: number };

/** What else is known of a film, for the fields `attributes.NAME` of filters. */
export type AttributesOf = (item: ItemIndex) => Readonly<Record<string, Json>> | undefined;

/** Which films fit a filter: 1 for each that does. @param place of the filter in what was asked, for messages */
export type FitFilms = (filter: FilmFilter, place: string) => Uint8Array;

/** Bounds of what the filters of one list may take. */
export const filterLimits = { depth: 8, nodes: 100, values: 1000 } as const;

const fields = ["id", "year", "genre", "tag", "ratings"] as const;
const attributePrefix = "attributes.";
const operators = ["is", "in", "from", "to"] as const;

/**
 * Makes the function that finds the films of filters. All filters that it is given share one budget.
 *
 * @param attributes without them, fields `attributes.NAME` are refused
 * @throws the function throws USAGE, naming the place, for what is no filter, fields and genres that there are not, and more than
 *   `filterLimits` allows. A tag or an id that no film has fits none
 */
export function filterFilms(info: DatasetInfo, attributes?: AttributesOf): FitFilms {
  const { items, catalog, counts } = info;
  const left: Record<"nodes" | "values", number> = { ...filterLimits };

  function spend(kind: keyof typeof left, amount: number, place: string): void {
    left[kind] -= amount;
    if (left[kind] >= 0) return;
    const most = filterLimits[kind];
    refuse(
      place,
      `the filters have more than ${most} ${kind === "nodes" ? "parts" : "values"}`,
      "ask for less at once",
    );
  }

  function evaluate(filter: unknown, place: string, depth: number): Uint8Array {
    if (typeof filter !== "object" || filter === null || Array.isArray(filter)) {
      refuse(place, `${place} is ${quoteArgument(filter)}`, 'write filters as { field: "year", from: 1990 }');
    }
    if (depth > filterLimits.depth) {
      refuse(place, `more than ${filterLimits.depth} filters lie in one another`, "put them side by side");
    }
    spend("nodes", 1, place);
    const [name, ...others] = Object.keys(filter).filter((key) => (filter as Given)[key] !== undefined);
    const inner = (filter as Given)[name];
    if (others.length === 0 && name === "not") {
      const mask = evaluate(inner, `${place}.not`, depth + 1);
      for (let item = 0; item < mask.length; item++) mask[item] ^= 1;
      return mask;
    }
    if (others.length === 0 && (name === "and" || name === "or")) {
      if (!Array.isArray(inner)) refuse(place, `${place}.${name} is ${quoteArgument(inner)}`, "give a list of filters");
      const [first, ...others] = inner.map((each, n) => evaluate(each, `${place}.${name}[${n}]`, depth + 1));
      const mask = first ?? new Uint8Array(items.size).fill(name === "and" ? 1 : 0);
      for (const fits of others) {
        if (name === "and") for (let item = 0; item < mask.length; item++) mask[item] &= fits[item];
        else for (let item = 0; item < mask.length; item++) mask[item] |= fits[item];
      }
      return mask;
    }
    return compare(filter as Given, place);
  }

  function compare({ field, ...given }: Given, place: string): Uint8Array {
    if (typeof field !== "string") {
      refuse(place, `${place} names no field`, "a filter has and, or, not, or field");
    }
    const used = Object.keys(given).filter((key) => given[key] !== undefined);
    const other = used.find((key) => !(operators as readonly string[]).includes(key));
    const ranged = used.includes("from") || used.includes("to");
    if (other !== undefined || used.length === 0 || (used.length > 1 && (used.includes("is") || used.includes("in")))) {
      const what = other === undefined ? used.join(" and ") || "nothing" : `"${other}"`;
      refuse(place, `${place} compares ${field} with ${what}`, "give one of is, in, or from and to");
    }
    if (ranged) return inRange(field, rangeOf(given, field, place), place);
    const values = valuesOf(given, place);
    spend("values", values.length, place);
    return oneOf(field, values, place);
  }

  function inRange(field: string, { from, to }: Range, place: string): Uint8Array {
    const mask = new Uint8Array(items.size);
    if (field === "year" || field === "ratings") {
      // A year of 0 is unknown.
      if (field === "year") markBetween(yearsOf(catalog), Math.max(from, Number.MIN_VALUE), to, mask);
      else markBetween(counts, Math.max(from, 0), to, mask);
      return mask;
    }
    if (!field.startsWith(attributePrefix)) {
      checkField(field, place);
      refuse(place, `${place} gives a range of ${field}`, "give is or in");
    }
    return byAttribute(field, place, (value) => typeof value === "number" && value >= from && value <= to);
  }

  function oneOf(field: string, values: readonly FilterValue[], place: string): Uint8Array {
    if (field.startsWith(attributePrefix)) {
      const wanted = new Set<Json>(values);
      return byAttribute(field, place, (value) => wanted.has(value));
    }
    checkField(field, place);
    const kinds =
      field === "id" ? ["number", "string"] : field === "year" || field === "ratings" ? ["number"] : ["string"];
    const wrong = values.find((value) => !kinds.includes(typeof value));
    if (wrong !== undefined) {
      const kind = kinds.map((each) => (each === "number" ? "numbers" : "texts")).join(" or ");
      refuse(place, `${place} compares ${field} with ${JSON.stringify(wrong)}`, `give ${kind}`);
    }
    const mask = new Uint8Array(items.size);
    if (field === "id") {
      for (const id of values as readonly Id[]) {
        const item = items.index(id);
        if (item >= 0) mask[item] = 1;
      }
    } else if (field === "year" || field === "ratings") {
      const wanted = new Set(values as readonly number[]);
      if (field === "year") wanted.delete(0);
      const numbers = field === "year" ? catalog.years : counts;
      for (let item = 0; item < mask.length; item++) mask[item] = wanted.has(numbers[item]) ? 1 : 0;
    } else if (field === "genre") markLabelled(catalog.genres, checkGenres(values as readonly string[]), mask);
    else markLabelled(catalog.tags, values as readonly string[], mask);
    return mask;
  }

  function byAttribute(field: string, place: string, fits: (value: Json) => boolean): Uint8Array {
    const name = field.slice(attributePrefix.length);
    if (!attributes) checkField(field, place);
    const mask = new Uint8Array(items.size);
    for (let item = 0; item < mask.length; item++) {
      const value = attributes!(asItemIndex(item))?.[name];
      if (value === undefined) continue;
      mask[item] = +(Array.isArray(value) ? value.some(fits) : fits(value));
    }
    return mask;
  }

  function checkField(field: string, place: string): void {
    if ((fields as readonly string[]).includes(field)) return;
    const all = [...fields, ...(attributes ? ["attributes.NAME"] : [])];
    refuse(
      place,
      `${place} names the field "${field}"`,
      `${didYouMean(field, fields)}the fields are ${all.join(", ")}`,
    );
  }

  /** @throws USAGE for a genre that there is not */
  function checkGenres(wanted: readonly string[]): readonly string[] {
    const { names } = catalog.genres;
    const { numbersOf } = labelIndexOf(catalog.genres);
    for (const genre of wanted) {
      if (numbersOf.has(plainText(genre))) continue;
      throw new MatineeError("USAGE", `no film in ${info.name} has the genre "${genre}"`, {
        fix: `its genres are ${names.join(", ")}`,
      });
    }
    return wanted;
  }

  return (filter, place) => {
    const key = keyOf(filter);
    if (key === undefined) return evaluate(filter, place, 1);
    const evaluated = evaluatedFilters.get(info) ?? new Map<string, Evaluated>();
    evaluatedFilters.set(info, evaluated);
    let known = evaluated.get(key);
    // What spends too much is evaluated again, to say where.
    if (known && known.nodes <= left.nodes && known.values <= left.values) {
      left.nodes -= known.nodes;
      left.values -= known.values;
      evaluated.delete(key);
    } else {
      const before = { ...left };
      const mask = evaluate(filter, place, 1);
      known = { mask, nodes: before.nodes - left.nodes, values: before.values - left.values };
      if (evaluated.size >= mostEvaluated) evaluated.delete(evaluated.keys().next().value!);
    }
    evaluated.set(key, known); // the latest last
    return known.mask.slice();
  };
}

/** The films of a filter that came before, and what it spent. */
interface Evaluated {
  readonly mask: Uint8Array;
  readonly nodes: number;
  readonly values: number;
}

/** Filters of one data set whose films are known: whoever asks for many lists has few filters. */
const mostEvaluated = 64;
const evaluatedFilters = new WeakMap<DatasetInfo, Map<string, Evaluated>>();

/** A filter as text; undefined where JSON does not tell all of it, and where it asks for attributes, which change. */
function keyOf(filter: FilmFilter): string | undefined {
  try {
    const key = JSON.stringify(filter);
    return key.includes("null") || key.includes(`"${attributePrefix}`) ? undefined : key;
  } catch {
    return undefined;
  }
}

type Given = Readonly<Record<string, unknown>>;

interface Range {
  readonly from: number;
  readonly to: number;
}

function rangeOf({ from = -Infinity, to = Infinity }: Given, field: string, place: string): Range {
  for (const [name, end] of Object.entries({ from, to })) {
    if (typeof end !== "number" || Number.isNaN(end)) {
      refuse(place, `${place}.${name} is ${quoteArgument(end)}`, "give a number");
    }
  }
  const range = { from, to } as Range;
  if (range.from > range.to) {
    refuse(place, `${place} gives ${field} from ${from} to ${to}`, "give the lower end first");
  }
  return range;
}

function valuesOf(given: Given, place: string): readonly FilterValue[] {
  const values: unknown = "is" in given && given.is !== undefined ? [given.is] : given.in;
  if (!Array.isArray(values)) refuse(place, `${place}.in is ${quoteArgument(values)}`, "give a list of values");
  const wrong = values.findIndex((value) => !["string", "number", "boolean"].includes(typeof value));
  if (wrong >= 0) {
    refuse(place, `${place} has the value ${quoteArgument(values[wrong])}`, "give texts, numbers, true or false");
  }
  return values;
}

function refuse(place: string, message: string, fix: string): never {
  throw new MatineeError("USAGE", message.startsWith(place) ? message : `${place}: ${message}`, { fix });
}

/** Marks the items whose numbers lie in a range. Of arrays of one kind, which makes it several times as fast. */
function markBetween(numbers: Int32Array, from: number, to: number, mask: Uint8Array): void {
  for (let item = 0; item < mask.length; item++) mask[item] = numbers[item] >= from && numbers[item] <= to ? 1 : 0;
}

const wideYears = new WeakMap<Catalog, Int32Array>();

function yearsOf(catalog: Catalog): Int32Array {
  const known = wideYears.get(catalog);
  if (known) return known;
  const years = Int32Array.from(catalog.years);
  wideYears.set(catalog, years);
  return years;
}

/** Labels by their names as they are compared, and the items of each: item `items[n]` has label i for n in `offsets[i] .. offsets[i + 1]`. */
interface LabelIndex {
  readonly numbersOf: ReadonlyMap<string, readonly number[]>;
  readonly offsets: Int32Array;
  readonly items: Int32Array;
}

/** Of a catalog's labels, made at the first filter. */
const labelIndices = new WeakMap<Labels, LabelIndex>();

function labelIndexOf(labels: Labels): LabelIndex {
  const known = labelIndices.get(labels);
  if (known) return known;
  const { names, offsets, indices } = labels;
  const numbersOf = new Map<string, number[]>();
  for (const [number, name] of names.entries()) {
    const numbers = numbersOf.get(plainText(name));
    if (numbers) numbers.push(number);
    else numbersOf.set(plainText(name), [number]);
  }
  const ends = new Int32Array(names.length + 1);
  for (const number of indices) ends[number + 1]++;
  for (let number = 0; number < names.length; number++) ends[number + 1] += ends[number];
  const next = ends.slice();
  const items = new Int32Array(indices.length);
  for (let item = 0; item + 1 < offsets.length; item++) {
    for (let n = offsets[item]; n < offsets[item + 1]; n++) items[next[indices[n]]++] = item;
  }
  const index = { numbersOf, offsets: ends, items };
  labelIndices.set(labels, index);
  return index;
}

function plainText(text: string): string {
  return text.trim().toLowerCase();
}

/** Marks the items that have a label of one of these names. */
function markLabelled(labels: Labels, wanted: readonly string[], mask: Uint8Array): void {
  const { numbersOf, offsets, items } = labelIndexOf(labels);
  for (const name of wanted) {
    for (const number of numbersOf.get(plainText(name)) ?? []) {
      for (let n = offsets[number]; n < offsets[number + 1]; n++) mask[items[n]] = 1;
    }
  }
}
