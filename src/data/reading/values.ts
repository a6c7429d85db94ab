/** What a number, an id and a time look like, in a text file and in columns of text elsewhere. */

/** What a column holds. "id": whole numbers where all are, else text. */
export type ValueKind = "number" | "id" | "time" | "text id" | "text";

/** Ratings are stored in single precision. */
export const maxRating = 3.4e38;

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const id = /^(?:0|-?[1-9]\d*)(?:\.0+)?$/;
const date =
  /^(\d{4})([-/])(\d\d?)\2(\d\d?)(?:(?:T| +)(\d\d?):(\d\d)(?::(\d\d(?:\.\d+)?))?(?: *(Z|UTC|[+-]\d\d(?::?\d\d)?))?)?$/i;

/** A number as numbers are usually written, 4.5 or 1e3 but not 4_5, and 0 for −0; NaN for any other text. */
export function parseDecimal(text: string): number {
  return number.test(text) ? Number(text) + 0 : Number.NaN;
}

/**
 * A number of seconds since 1970, or a date that exists, 2005-04-02 or 2005/4/2, alone or with a time of day, 23:53 or
 * 23:53:47.5, in UTC or with its offset; NaN for any other text.
 */
export function parseTime(text: string): number {
  const seconds = parseDecimal(text);
  if (!Number.isNaN(seconds)) return seconds;
  const found = date.exec(text);
  if (found === null) return Number.NaN;
  const [year, , month, day, hour, minute, second] = found.slice(1, 8).map((part) => Number(part ?? 0));
  const start = new Date(0);
  start.setUTCFullYear(year, month - 1, day);
  const exists = start.getUTCMonth() === month - 1 && start.getUTCDate() === day;
  const isEndOfDay = hour === 24 && minute === 0 && second === 0;
  if (!exists || (hour > 23 && !isEndOfDay) || minute > 59 || second >= 61) return Number.NaN;
  return start.getTime() / 1000 + 3600 * hour + 60 * minute + second - offsetOf(found[8]);
}

/** The seconds by which a zone is ahead of UTC, +05:30 → 19800; NaN for more than the 14 hours by which any zone is. */
function offsetOf(zone = "Z"): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? ["", "+", "0", "0"];
  if (Number(hours) > 14 || Number(minutes ?? 0) > 59) return Number.NaN;
  return (sign === "-" ? -1 : 1) * (3600 * Number(hours) + 60 * Number(minutes ?? 0));
}

/** A whole number as ids are usually written; NaN for any other text, such as 007, which may be another id than 7. */
export function parseId(text: string): number {
  return id.test(text) ? Number(text) : Number.NaN;
}

/** The same as `parseDecimal`, where a comma may stand for the point, as in 4,5. */
export function parseDecimalComma(text: string): number {
  return parseDecimal(text.replace(/^([+-]?\d*),(\d+)$/, "$1.$2"));
}

/** The numbers of a column: NaN for a missing value, Infinity for one that is no number of this kind. */
export function valuesAs(kind: ValueKind, values: readonly (string | null)[], decimalComma = false): Float64Array {
  const parseNumber = decimalComma ? parseDecimalComma : parseDecimal;
  const parse = kind === "time" ? parseTime : kind === "id" ? parseId : parseNumber;
  return Float64Array.from(values, (text) => {
    if (text === null) return Number.NaN;
    const value = parse(text);
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  });
}

/** Genres as files write them: "Comedy|Drama", "Comedy, Drama", or a list of objects with names, in JSON or as Python prints it. */
export function splitLabels(text: string | null | undefined): string[] {
  if (!text || text === "(no genres listed)") return [];
  if (/^\s*\[/.test(text)) {
    const names = [...text.matchAll(/["']name["']\s*:\s*(?:"([^"]*)"|'([^']*)')/g)].map(
      ([, one, other]) => one ?? other,
    );
    const plain = [...text.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, one, other]) => one ?? other);
    return names.length > 0 || text.includes("{") ? names : plain;
  }
  const separator = text.includes("|") ? "|" : ",";
  return text
    .split(separator)
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
