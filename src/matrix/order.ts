/** Orders of rows by their number of ratings. */

/** Rows by descending count, those of equal count by index. */
export function mostRatedFirst(counts: Int32Array): Int32Array {
  return Int32Array.from(counts, (_, row) => row).sort((a, b) => counts[b] - counts[a]);
}

/** For each row of the data, its place in an order of rows. */
export function inverseOrder(order: Int32Array): Int32Array {
  const places = new Int32Array(order.length);
  order.forEach((row, place) => {
    places[row] = place;
  });
  return places;
}
