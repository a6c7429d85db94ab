/** Scores of `user-knn` for many users whose neighbours were found: assembly/user-knn.ts. */
import type { Csr } from "../../matrix/csr.ts";
import type { Engine } from "../engine.ts";
import type { Neighbours } from "../neighbours.ts";

/** What weighs the ratings of a neighbour, in the order of the kernel's numbers. */
const weightings = ["nothing", "similarity", "similarity and overlap"] as const;

/** All arrays lie in the engine's memory. */
interface UserKnnScoresArguments {
  /** Ratings of those who may be neighbours (users × items). */
  readonly ratings: Csr;
  /** float64 [users]: what is subtracted from a neighbour's ratings. */
  readonly centres: Float64Array;
  /** Ratings of those who ask (rows × items). */
  readonly profiles: Csr;
  readonly nearest: Neighbours;
  /** float64 [rows]: what is added to a weighted mean. */
  readonly bases: Float64Array;
  /** float32 [rows × items], or one for each item that is wanted: receives the scores. −Infinity: fewer than minNeighbours rated it. */
  readonly out: Float32Array;
  readonly weighting: (typeof weightings)[number];
  readonly minOverlap: number;
  readonly minNeighbours: number;
  /** The items of row n that are wanted: indices[offsets[n]] .. indices[offsets[n + 1] − 1]; unless given, all. */
  readonly wanted?: Pick<Csr, "offsets" | "indices"> | undefined;
}

/** Scores items by the ratings of neighbours. */
export async function userKnnScores(
  engine: Engine,
  {
    ratings: { columns, offsets, indices: items, values },
    centres,
    profiles: { rows, offsets: ratedOffsets, indices: rated },
    nearest: { offsets: nearOffsets, indices: neighbours, similarities },
    bases,
    out,
    weighting: weigher,
    minOverlap,
    minNeighbours,
    wanted,
  }: UserKnnScoresArguments,
): Promise<void> {
  const weighting = weightings.indexOf(weigher);
  const population = [offsets, items, values, centres];
  const asked = [ratedOffsets, rated, nearOffsets, neighbours, similarities, bases];
  const limits = [columns, weighting, minOverlap, minNeighbours];
  const [wantedOffsets, wantedItems] = wanted ? [wanted.offsets, wanted.indices] : [0, 0];
  const args = [...population, ...asked, out, ...limits, wantedOffsets, wantedItems];
  await engine.run("userKnnScores", { rows, blockRows: 16, scratch: 21 * columns, args });
}
