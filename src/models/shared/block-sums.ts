/** Sums over the ratings of column blocks, one block after another. */
import type { RatingBlocks } from "../../data/blocks/rating-blocks.ts";
import type { BlocksContext } from "../model.ts";

/** float64 [items], by index: the sum of each item's ratings. */
export async function sumsOfItems(blocks: RatingBlocks, step: BlocksContext["step"]): Promise<Float64Array> {
  const sums = new Float64Array(blocks.order.items.length);
  for await (const { from, to, offsets, values } of blocks.read("items")) {
    for (let row = from; row < to; row++) {
      let sum = 0;
      for (let n = offsets[row - from]; n < offsets[row - from + 1]; n++) sum += values[n];
      sums[blocks.order.items[row]] = sum;
    }
    await step(to, sums.length);
  }
  return sums;
}

/** The standard deviation of all ratings. */
export async function deviationOfBlocks(blocks: RatingBlocks): Promise<number> {
  let [sum, squares] = [0, 0];
  for await (const { values } of blocks.read("items")) {
    for (const value of values) {
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / blocks.ratings;
  return Math.sqrt(Math.max(0, squares / blocks.ratings - mean * mean));
}
