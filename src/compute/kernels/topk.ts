/** The k best unseen items of many users by inner products: assembly/topk.ts, which says how. */
import type { Engine, Step } from "../engine.ts";

/** Users that one thread takes at a time: as many as the kernel's scratch memory holds. */
const blockRows = 64;

interface CoarsePanels {
  /** float32 [panels × f × 8]: the vectors of eight items side by side. */
  readonly panels: Float32Array;
  /** What `topkCoarse` leaves of them: rounded to whole numbers, and what bounds the error of that. */
  readonly coarse: Uint8Array;
  readonly bounds: Uint8Array;
  /** Length of a vector, a multiple of 4. */
  readonly f: number;
}

/** Rounds items' vectors to whole numbers of 8 bits, or of 16 in strict arithmetic. */
export async function topkCoarse(engine: Engine, { panels, coarse, bounds, f }: CoarsePanels): Promise<void> {
  const args = [panels, coarse, bounds, f];
  await engine.run("topkCoarse", { rows: panels.length / (8 * f), blockRows: 64, scratch: 0, args });
}

interface TopkArguments extends CoarsePanels {
  /** float32 [rows × f] */
  readonly users: Float32Array;
  /** int32 [count]: the item at each place of the panels. */
  readonly order: Int32Array;
  /** int32 [items]: the place of each item, −1: none. */
  readonly places: Int32Array;
  /** float64 [⌈count / 64⌉]: the greatest length of a vector from each block of 64 places on. */
  readonly lengths: Float64Array;
  /** int32 [rows + 1] and int32: the items that each row is not to be given. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  /** int32 and float32 [rows × k]: receive the lists. */
  readonly outItems: Int32Array;
  readonly outScores: Float32Array;
  readonly rows: number;
  readonly k: number;
}

/** Fills the lists. */
export async function topk(
  engine: Engine,
  {
    users,
    panels,
    coarse,
    bounds,
    order,
    places,
    lengths,
    offsets,
    indices,
    outItems,
    outScores,
    rows,
    f,
    k,
  }: TopkArguments,
  step?: Step,
): Promise<void> {
  const count = order.length;
  const ranked = [users, panels, coarse, bounds, order, places, lengths];
  const args = [...ranked, offsets, indices, outItems, outScores, count, f, k];
  const scratch = 128 * f + 512 * lengths.length + 2112;
  await engine.run("topk", { rows, blockRows, scratch, args }, step);
}
