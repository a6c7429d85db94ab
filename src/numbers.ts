/** Numbers and sentences as text, and the median. */

/** 25000095 → "25,000,095". */
export function count(n: number): string {
  return n.toLocaleString("en-US");
}

/** A metric, a norm, a similarity: four decimals, fewer of large numbers. */
export function decimal(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 4);
}

/** .983 → "98.30 %". */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** "1 model", "2 models". */
export function several(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** The middle one of ascending numbers, or the mean of the middle two. NaN of none. */
export function median(ascending: ArrayLike<number>): number {
  const middle = ascending.length >> 1;
  return ascending.length % 2 === 1 ? ascending[middle] : (ascending[middle - 1] + ascending[middle]) / 2;
}

/** The value of a metric: four decimals, one of large numbers. */
export function metricDecimal(value: number): string {
  return value.toFixed(Math.abs(value) >= 100 ? 1 : 4);
}

/** "cosine" → "Cosine". */
export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
