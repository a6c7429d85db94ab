import { type Dataset, datasetFrom } from "../../src/data/dataset.ts";
import { selectCatalog } from "../../src/data/filter.ts";
import { idsFrom } from "../../src/data/ids.ts";
import { readRatings } from "../../src/data/read.ts";
import { dataFolder, golden } from "./data.ts";

/** The study's sample of ml-latest-small: half of the ratings of the thousand most rated films, by golden/splits. */
export async function top1000Half(): Promise<Dataset> {
  const { sampleMaskFileOrder } = golden<{ sampleMaskFileOrder: string }>("splits/top1000-half-seed42.json");
  const mask = Buffer.from(sampleMaskFileOrder, "base64");
  const whole = await readRatings(dataFolder("ml-latest-small"));
  // The file is sorted by user and film, as the matrix is.
  const rows = [...whole.byUser.values.keys()].filter((row) => (mask[row >> 3] >> (row & 7)) & 1);
  const userOf = new Int32Array(whole.byUser.values.length);
  for (let user = 0; user < whole.users.size; user++) {
    userOf.fill(user, whole.byUser.offsets[user], whole.byUser.offsets[user + 1]);
  }
  const items = idsFrom(
    Float64Array.from(new Set(rows.map((row) => whole.items.id(whole.byUser.indices[row]) as number))).sort(),
  );
  return datasetFrom({
    name: "top1000-half",
    users: whole.users,
    items,
    catalog: selectCatalog(
      whole.catalog,
      Int32Array.from({ length: items.size }, (_, item) => whole.items.index(items.id(item))),
    ),
    scale: whole.scale,
    ratings: {
      userOf: Int32Array.from(rows, (row) => userOf[row]),
      itemOf: Int32Array.from(rows, (row) => items.index(whole.items.id(whole.byUser.indices[row]))),
      values: Float32Array.from(rows, (row) => whole.byUser.values[row]),
    },
  });
}
