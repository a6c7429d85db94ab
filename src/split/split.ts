/** Held-out ratings: which part of a data set is trained on, and which is judged by. */
import { type Dataset, datasetFromCsr, fingerprint } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { sha256 } from "../hash.ts";
import { type Csr, entriesWhere } from "../matrix/csr.ts";

/** What becomes of a rating. */
export const role = {
  train: 0,
  test: 1,
  /** Told by a held-out person when they are asked; not trained on. */
  profile: 2,
  /** In no part. */
  unused: 3,
} as const;

/** One way to divide a data set, kept as a role for every rating. All parts are in the index space of the whole. */
export interface Split {
  /** The protocol and, of several parts, which: "kfold:5 2/5". */
  readonly name: string;
  /** SHA-256, in hex, over the data and the roles: the same for the same splits of the same data. */
  readonly fingerprint: string;
  /** One of `role` for every entry of the whole `byUser`. */
  readonly roles: Uint8Array;
  /** What models are fitted on. Everybody has a row; those who were held out entirely have an empty one. */
  readonly train: Dataset;
  /** users × items: what is known of each person when they are asked; those are never listed. */
  readonly profiles: Csr;
  /** users × items: what they are judged by. */
  readonly test: Csr;
  /** Whether the people asked are not in `train`. */
  readonly newUsers: boolean;
  /** The parts are divided by time: no training rating is later than a test rating. */
  readonly chronological: boolean;
  /** uint8 [items]: the films that are ranked, where not all are. */
  readonly candidates?: Uint8Array;
}

/** A way to divide a data set: into one split, or several (k-fold), each made when it is asked for. */
export interface Splits {
  /** As it was asked for: "per-user:0.8". */
  readonly name: string;
  readonly seed: number;
  readonly count: number;
  /** @param n from 0 */
  split(n: number): Promise<Split>;
}

export interface SplitOptions {
  readonly newUsers?: boolean;
  readonly chronological?: boolean;
  /** Only films with held-out ratings are ranked. */
  readonly newItems?: boolean;
}

/**
 * The split with these roles.
 * @throws SPLIT_INVALID where nothing is left to train on, or nothing to judge by
 */
export async function splitOf(
  whole: Dataset,
  name: string,
  roles: Uint8Array,
  { newUsers = false, chronological = false, newItems = false }: SplitOptions = {},
): Promise<Split> {
  const { byUser, report } = whole;
  const part = (wanted: number) => entriesWhere(byUser, (entry) => roles[entry] === wanted);
  const [trained, test] = [part(role.train), part(role.test)];
  for (const [{ values }, what] of [
    [trained, "training"],
    [test, "test"],
  ] as const) {
    if (values.length > 0) continue;
    throw new MatineeError("SPLIT_INVALID", `${name} leaves no ${what} ratings in ${whole.name}`, {
      fix: "choose other shares, or data with more ratings",
    });
  }
  const train = datasetFromCsr(whole, trained, {
    ...report,
    filtered: report.filtered + byUser.values.length - trained.values.length,
  });
  return {
    name,
    fingerprint: await sha256(new TextEncoder().encode(`${await fingerprint(whole)}\n${await sha256(roles.slice())}`)),
    roles,
    train,
    profiles: newUsers ? part(role.profile) : trained,
    test,
    newUsers,
    chronological,
    ...(newItems ? { candidates: itemsIn(test) } : {}),
  };
}

function itemsIn({ columns, indices }: Csr): Uint8Array {
  const present = new Uint8Array(columns);
  for (const item of indices) present[item] = 1;
  return present;
}
