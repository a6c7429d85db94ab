import { emptyCatalog } from "../../src/data/catalog.ts";
import { type Dataset, datasetFrom } from "../../src/data/dataset.ts";
import { idsFrom } from "../../src/data/ids.ts";
import { readRatings } from "../../src/data/read.ts";
import { dataFolder, golden } from "./data.ts";
import type { Rating } from "./mf-twin.ts";

export interface Mask {
  /** The training rows of the study's split of ml-latest-small, and their films alone. */
  readonly train: Dataset;
  /** Code of each item in the study: films in the order in which the training rows first name them. */
  readonly codes: Int32Array;
  /** The validation rows whose film is among the training rows, by index. */
  readonly known: readonly Rating[];
  /** All validation rows, with each film encoded by its first appearance among them, as the study did by mistake. */
  readonly mismatched: readonly (readonly [user: number, code: number, value: number])[];
}

/** The split of golden/splits/mask-seed3.json. */
export async function maskSeed3(): Promise<Mask> {
  const mask = Buffer.from(golden<{ trainMask: string }>("splits/mask-seed3.json").trainMask, "base64");
  const whole = await readRatings(dataFolder("ml-latest-small"));
  // The file is sorted by user and film, as the matrix is.
  const rows: [user: number, movie: number, value: number, train: boolean][] = [];
  for (let user = 0; user < whole.users.size; user++) {
    for (let n = whole.byUser.offsets[user]; n < whole.byUser.offsets[user + 1]; n++) {
      const movie = whole.items.id(whole.byUser.indices[n]) as number;
      rows.push([user, movie, whole.byUser.values[n], Boolean((mask[n >> 3] >> (n & 7)) & 1)]);
    }
  }
  const ofTraining = rows.filter(([, , , training]) => training);
  const others = rows.filter(([, , , training]) => !training);
  const [codeOf, wrongCodeOf] = [ofTraining, others].map(firstAppearance);
  const items = idsFrom(Float64Array.from(codeOf.keys()).sort());
  return {
    train: datasetFrom({
      name: "mask-seed3",
      users: whole.users,
      items,
      catalog: emptyCatalog(items.size),
      scale: whole.scale,
      ratings: {
        userOf: Int32Array.from(ofTraining, ([user]) => user),
        itemOf: Int32Array.from(ofTraining, ([, movie]) => items.index(movie)),
        values: Float32Array.from(ofTraining, ([, , value]) => value),
      },
    }),
    codes: Int32Array.from({ length: items.size }, (_, item) => codeOf.get(items.id(item) as number)!),
    known: others
      .filter(([, movie]) => codeOf.has(movie))
      .map(([user, movie, value]) => [user, items.index(movie), value]),
    mismatched: others.map(([user, movie, value]) => [user, wrongCodeOf.get(movie)!, value]),
  };
}

function firstAppearance(rows: readonly (readonly [number, number, ...unknown[]])[]): Map<number, number> {
  const codes = new Map<number, number>();
  for (const [, movie] of rows) if (!codes.has(movie)) codes.set(movie, codes.size);
  return codes;
}
