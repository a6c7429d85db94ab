/** Splitters that draw ratings at random or cut them by time. Those that follow files are in file-splits.ts. */
import { MatineeError } from "../errors.ts";
import type { Csr, Times } from "../matrix/csr.ts";
import { type Random, random } from "../random.ts";
import { hashPart, hashParts } from "./hash.ts";
import { checkPart, role, type Split, type SplitOptions, type Splitter, splitOf } from "./split.ts";

/** Sets the roles of part n of the splits. Roles start as training ratings. */
type Assign = (byUser: Csr, given: number, draw: Random, roles: Uint8Array, n: number, seed: number) => void;

/** A family of splitters: "per-user", of which "per-user:0.8" is one. */
export interface SplitterKind extends SplitOptions {
  readonly name: string;
  /** What the name takes after a colon. */
  readonly takes: { readonly what: "share" | "folds" | "which"; readonly default: string };
  readonly summary: string;
  readonly assign: Assign;
}

/** What "loo:" may be followed by: which rating of a user is held out. `Assign` is given the place in this list. */
export const heldOutByLoo = ["random", "last", "last-drawn", "last-moment"] as const;

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
    name: "hash",
    takes: { what: "share", default: "0.8" },
    summary: "about this share of all ratings, by a hash of each: the same here and on Spark",
    assign(byUser, share, _draw, roles, _n, seed) {
      const trained = Math.round(share * hashParts);
      forEachRow(byUser, (entries, user) => {
        for (const entry of entries) {
          if (hashPart(user, byUser.indices[entry], seed) >= trained) roles[entry] = role.test;
        }
      });
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
    latestOfUsers: true,
    assign(byUser, share, _draw, roles) {
      forEachRow(byUser, (entries) => {
        const most = countHeldOut(share, entries.length);
        let held = 0;
        for (const moment of momentsFromLast(entries, byUser)) {
          if (held > 0 && held + moment.length > most) break;
          if (held + moment.length === entries.length) break; // nothing would be left to know the user by
          for (const entry of moment) roles[entry] = role.test;
          held += moment.length;
        }
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
    summary:
      "one rating of each user is held out: a random one, or with loo:last the last; loo:last-drawn and loo:last-moment for ratings of one moment",
    assign(byUser, which, draw, roles) {
      let [judged, tied] = [0, 0];
      forEachRow(byUser, (entries) => {
        if (entries.length < 2) return;
        const all = heldOutByLoo[which] === "random" ? entries : momentsFromLast(entries, byUser).next().value!;
        if (heldOutByLoo[which] === "last-moment") {
          if (all.length < entries.length) for (const entry of all) roles[entry] = role.test;
          return;
        }
        judged++;
        if (all.length > 1) tied++;
        roles[all[draw.int(all.length)]] = role.test;
      });
      if (heldOutByLoo[which] === "last" && tied > 0) throw tiedError(tied, judged);
    },
  },
  {
    name: "time",
    takes: { what: "share", default: "0.8" },
    summary: "the earliest ratings are for training",
    chronological: true,
    assign({ times }, share, _draw, roles) {
      const cut = cutOf(times!, share);
      times!.forEach((time, entry) => {
        if (time > cut) roles[entry] = role.test;
      });
    },
  },
  {
    name: "next",
    takes: { what: "share", default: "0.8" },
    summary: "as time, and of each user with later ratings the last are held out, and all before known",
    chronological: true,
    latestOfUsers: true,
    profilesGoOn: true,
    assign(byUser, share, _draw, roles) {
      const cut = cutOf(byUser.times!, share);
      forEachRow(byUser, (entries) => {
        const later = entries.filter((entry) => byUser.times![entry] > cut);
        for (const entry of later) roles[entry] = role.profile;
        if (later.length === 0) return;
        for (const entry of momentsFromLast(later, byUser).next().value!) roles[entry] = role.test;
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
  const latestOfUsers = kind.latestOfUsers || (kind.takes.what === "which" && value > 0);
  const needsTimes = kind.chronological || latestOfUsers;
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
          kind.assign(dataset.byUser, value, random(seed), roles, n, seed);
          return splitOf(dataset, count === 1 ? name : `${name} ${n + 1}/${count}`, roles, { ...kind, latestOfUsers });
        },
      };
    },
  };
}

/** The kind that a text names, and what it takes. @throws SPLIT_INVALID for a value that it does not take */
export function readKind(text: string): { readonly kind: string; readonly value: number } {
  const [name, given] = text.split(/:(.*)/s);
  const kind: SplitterKind | undefined = splitterKinds.find((known) => known.name === name);
  return { kind: name, value: kind ? readValue(text, kind, given ?? kind.takes.default) : Number.NaN };
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
    default: {
      const which = (heldOutByLoo as readonly string[]).indexOf(given);
      if (which >= 0) return which;
      throw new MatineeError("SPLIT_INVALID", `${name}: "${given}" is not ${heldOutByLoo.join(", ")}`, {
        fix: "write loo, loo:last, loo:last-drawn or loo:last-moment",
      });
    }
  }
}

function tiedError(tied: number, judged: number): MatineeError {
  const share = Math.round((100 * tied) / judged);
  return new MatineeError(
    "SPLIT_INVALID",
    `loo:last: ${tied} of ${judged} users (${share} %) have several ratings of their last moment, and which of them is the last would be arbitrary`,
    {
      fix: "hold out all of that moment with loo:last-moment, or one of them, drawn by the seed, with loo:last-drawn",
    },
  );
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

/** The entries of a row by their moments, the latest first; those of one moment in the order given. */
function* momentsFromLast(entries: Int32Array, { times }: Csr): Generator<Int32Array, undefined> {
  const ordered = entries.slice().sort((a, b) => times![b] - times![a] || a - b);
  for (let from = 0; from < ordered.length; ) {
    let to = from + 1;
    while (to < ordered.length && times![ordered[to]] === times![ordered[from]]) to++;
    yield ordered.subarray(from, to);
    from = to;
  }
}

/** The time of the last rating of the earliest share of all. */
function cutOf(times: Times, share: number): number {
  const sorted = times.slice().sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
