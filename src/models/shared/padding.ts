/** Numbers from one row to the next where rows begin at whole vectors of four numbers: so many, up to a multiple of 4. */
export function paddedLength(length: number): number {
  return 4 * Math.ceil(length / 4);
}
