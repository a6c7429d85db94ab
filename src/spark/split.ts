/** Splits of prepared ratings on Spark. */
import { leniently, likedFrom } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { sha256 } from "../hash.ts";
import type { ClusterRatings } from "../models/cluster.ts";
import { present } from "../present.ts";
import { hashParts } from "../split/hash.ts";
import { heldOutByLoo, readKind } from "../split/splitters.ts";
import { readValues } from "./prepare.ts";

/** Ratings to train on, and where those held out are: a table of user, item and rating by index. */
export interface ClusterSplit {
  readonly train: ClusterRatings;
  readonly test: string;
  /** How many are held out. */
  readonly rows: number;
}

const kinds = ["time", "latest", "loo", "hash"];

/** What a job is told of a splitter. @throws SPLIT_INVALID for one that it does not know */
export function splitTask(name: string): object {
  const { kind, value } = readKind(name);
  if (!kinds.includes(kind) || (kind === "loo" && heldOutByLoo[value] !== "last-moment")) {
    throw new MatineeError("SPLIT_INVALID", `${name} is not a split that Spark makes`, {
      fix: "choose time:SHARE, latest:SHARE, loo:last-moment or hash:SHARE",
    });
  }
  const parts = hashParts;
  return { name, kind, value: kind === "hash" ? Math.round(value * parts) : value, parts };
}

/** The training part of what a job split. */
export async function readTrain(
  folder: string,
  { info, fingerprint }: ClusterRatings,
  { rows, checksum }: { readonly rows: Readonly<Record<string, number>>; readonly checksum: string },
): Promise<ClusterRatings> {
  const indexOf = Int32Array.from({ length: info.items.size }, (_, item) => item);
  const likedAt = leniently(likedFrom(info));
  const read = { indexOf, items: info.items.size, likedAt };
  const { counts, likes, histogram } = await readValues(folder, rows.values, read);
  const { coRatings: _, ...known } = info;
  return {
    ...{ folder, indexOf, histogram, ratings: rows.ratings },
    info: { ...known, counts, ...present({ likes }) },
    fingerprint: await sha256(new TextEncoder().encode(`${fingerprint}\n${checksum}`)),
  };
}
