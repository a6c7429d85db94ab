/** Splitters that draw ratings at random or cut them by time. Those that follow files are in file-splits.ts. */
import { MatineeError } from "../errors.ts";
import type { Csr } from "../matrix/csr.ts";
import { type Random, random } from "../random.ts";
import { checkPart, role, type Split, type SplitOptions, type Splitter, splitOf } from "./split.ts";

/** Sets the roles of part n of the splits. Roles start as training ratings. */
type Assign = (byUser: Csr, given: number, draw: Random, roles: Uint8Array, n: number) => void;

/** A family of splitters: "per-user", of which "per-user:0.8" is one. */
export interface SplitterKind extends SplitOptions {
  readonly name: string;
  /** What the name takes after a colon. */
  readonly takes: { readonly what: "share" | "folds" | "which"; readonly default: string };
  readonly summary: string;
  /** Whether it orders each user's ratings by their times; those that are `chronological` order all. */
  readonly byTime?: true;
  readonly assign: Assign;
}

/** The share of a new user's ratings that is their profile; the others are the test. */
const profileShare = 0.8;

export const splitterKinds = [
  {
    name: "ratio",
    takes: { what: "share", default: "0.8" },
    summary: "a random share of all ratings is for training",
    assign(byUser, share, draw, roles) {
      const all = byUser.indices.length;
      let missing = all - Math.round(share * all);
      // selection sampling (Knuth, TAOCP 2, 3.4.2, S): exactly `missing` entries, every subset equally likely
      for (let entry = 0; missing > 0; entry++) {
        if ((all - entry) * draw.float() >= missing) continue;
        roles[entry] = role.test;
        missing--;
      }
    },
  },
  {
    name: "per-user",
    takes: { what: "share", default: "0.8" },
    summary: "a random share of each user's ratings is for training",
    assign(byUser, share, draw, roles) {
      forEachRow(byUser, (entries) => {
        const held = entries.length < 2 ? 0 : countHeldOut(share, entries.length);
        for (const entry of drawSubset(entries, held, draw)) roles[entry] = role.test;
      });
    },
  },
  {
    name: "latest",
    takes: { what: "share", default: "0.8" },
    summary: "the earliest share of each user's ratings is for training, and their latest are held out",
    byTime: true,
    assign(byUser, share, _draw, roles) {
      const { times } = byUser;
      forEachRow(byUser, (entries) => {
        const held = entries.length < 2 ? 0 : countHeldOut(share, entries.length);
        entries.sort((a, b) => times![b] - times![a] || b - a);
        for (const entry of entries.subarray(0, held)) roles[entry] = role.test;
      });
    },
  },
  {
    name: "kfold",
    takes: { what: "folds", default: "5" },
    summary: "the ratings are dealt into so many parts, and each is held out once",
    assign(byUser, folds, draw, roles, n) {
      const order = Int32Array.from({ length: byUser.indices.length }, (_, entry) => entry);
      shuffle(order, order.length, draw);
      for (let at = n; at < order.length; at += folds) roles[order[at]] = role.test;
    },
  },
  {
    name: "loo",
    takes: { what: "which", default: "random" },
    summary: "one rating of each user is held out: a random one, or with loo:last the last",
    assign(byUser, last, draw, roles) {
      forEachRow(byUser, (entries) => {
        if (entries.length < 2) return;
        roles[last ? latestEntry(entries, byUser) : entries[draw.int(entries.length)]] = role.test;
      });
    },
  },
  {
    name: "time",
    takes: { what: "share", default: "0.8" },
    summary: "the earliest ratings are for training",
    chronological: true,
    assign({ times }, share, _draw, roles) {
      const sorted = times!.slice().sort();
      const cut = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
      times!.forEach((time, entry) => {
        if (time > cut) roles[entry] = role.test;
      });
    },
  },
  {
    name: "strong",
    takes: { what: "share", default: "0.8" },
    summary: `a share of the users is for training; of the others, ${100 * profileShare} % of their ratings are known`,
    newUsers: true,
    assign(byUser, share, draw, roles) {
      const withTwo = Int32Array.from({ length: byUser.rows }, (_, row) => row).filter(
        (row) => byUser.offsets[row + 1] - byUser.offsets[row] >= 2,
      );
      const held = new Set(drawSubset(withTwo, Math.round((1 - share) * withTwo.length), draw));
      forEachRow(byUser, (entries, user) => {
        if (!held.has(user)) return;
        const test = new Set(drawSubset(entries, countHeldOut(profileShare, entries.length), draw));
        for (const entry of entries) roles[entry] = test.has(entry) ? role.test : role.profile;
      });
    },
  },
  {
    name: "new-items",
    takes: { what: "share", default: "0.9" },
    summary: "a share of the films is for training, and only the others are ranked",
    newItems: true,
    assign({ indices, columns }, share, draw, roles) {
      const rated = Int32Array.from(new Set(indices)).sort();
      const hidden = new Uint8Array(columns);
      for (const item of drawSubset(rated, countHeldOut(share, rated.length), draw)) hidden[item] = 1;
      indices.forEach((item, entry) => {
        if (hidden[item]) roles[entry] = role.test;
      });
    },
  },
] as const satisfies readonly SplitterKind[];

/**
 * The splitter of a kind.
 *
 * @param given what its name has after the colon; by default, what the kind has
 * @param name "per-user:0.8" by default
 * @throws SPLIT_INVALID for a value that the kind does not take
 */
export function drawnSplitter(
  kindName: (typeof splitterKinds)[number]["name"],
  given?: string,
  name = given === undefined ? kindName : `${kindName}:${given}`,
): Splitter {
  const kind: SplitterKind = splitterKinds.find((known) => known.name === kindName)!;
  const value = readValue(name, kind, given ?? kind.takes.default);
  const needsTimes = kind.chronological || kind.byTime || (kind.takes.what === "which" && value === 1);
  const count = kind.takes.what === "folds" ? value : 1;
  return {
    name,
    apply(dataset, seed) {
      if (needsTimes && !dataset.byUser.times) {
        throw new MatineeError("SPLIT_INVALID", `${name} needs times, and ${dataset.name} has none`, {
          fix: "name their column with --time-column, or choose another split",
        });
      }
      return {
        name,
        seed,
        count,
        async split(n): Promise<Split> {
          checkPart(name, n, count);
          const roles = new Uint8Array(dataset.byUser.indices.length);
          kind.assign(dataset.byUser, value, random(seed), roles, n);
          return splitOf(dataset, count === 1 ? name : `${name} ${n + 1}/${count}`, roles, kind);
        },
      };
    },
  };
}

function readValue(name: string, { takes }: SplitterKind, given: string): number {
  const value = given.trim() === "" ? Number.NaN : Number(given);
  switch (takes.what) {
    case "share":
      if (value > 0 && value < 1) return value;
      throw new MatineeError("SPLIT_INVALID", `${name}: "${given}" is no share`, {
        fix: "give the share that trains, above 0 and below 1, such as 0.8",
      });
    case "folds":
      if (Number.isInteger(value) && value >= 2 && value <= 1000) return value;
      throw new MatineeError("SPLIT_INVALID", `${name}: "${given}" is no number of folds`, {
        fix: "give a whole number from 2 to 1000",
      });
    default:
      if (given === "random" || given === "last") return given === "last" ? 1 : 0;
      throw new MatineeError("SPLIT_INVALID", `${name}: "${given}" is not random or last`, {
        fix: "write loo or loo:last",
      });
  }
}

/** How many of n are held out where this share is kept: rounded down, but at least one. */
function countHeldOut(share: number, n: number): number {
  return Math.max(1, Math.floor((1 - share) * n + 1e-9)); // 0.2 · 30 is a little less than 6 in binary
}

function forEachRow({ rows, offsets }: Csr, each: (entries: Int32Array, row: number) => void): void {
  for (let row = 0; row < rows; row++) {
    each(
      Int32Array.from({ length: offsets[row + 1] - offsets[row] }, (_, n) => offsets[row] + n),
      row,
    );
  }
}

/** Draws `count` of the numbers; every subset is equally likely. Changes their order. */
function drawSubset(numbers: Int32Array, count: number, draw: Random): Int32Array {
  shuffle(numbers, count, draw);
  return numbers.subarray(0, count);
}

/** The shuffle of Fisher and Yates, for the first `count` places. */
function shuffle(numbers: Int32Array, count: number, draw: Random): void {
  for (let n = 0; n < count; n++) {
    const other = n + draw.int(numbers.length - n);
    [numbers[n], numbers[other]] = [numbers[other], numbers[n]];
  }
}

/** The entry with the latest time; among equals, that of the highest item. */
function latestEntry(entries: Int32Array, { times }: Csr): number {
  return entries.reduce((best, entry) => (times![entry] >= times![best] ? entry : best));
}
