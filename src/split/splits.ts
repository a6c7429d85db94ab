/** The splitters as functions with types, their names as text, and applying them to a data set. */
import { checkOptions } from "../check-arguments.ts";
import type { Dataset } from "../data/dataset.ts";
import { didYouMean } from "../did-you-mean.ts";
import { MatineeError } from "../errors.ts";
import {
  type FileSplitOptions,
  filesSplitter,
  type MovieLensFold,
  maskSplitter,
  movieLensFolds,
  movieLensSplitter,
} from "./file-splits.ts";
import type { Splits, Splitter } from "./split.ts";
import { drawnSplitter, type heldOutByLoo, splitterKinds } from "./splitters.ts";

/**
 * Ways to hold out ratings. Shares are those that train. A share must be above 0 and below 1, or the function throws
 * SPLIT_INVALID.
 *
 * @example
 * import { compare, ease, popular, splits } from "matinee";
 * await compare(data, [ease(), popular()], splits.perUser(0.8));
 */
export const splits = {
  /** Trains on a share of each user's ratings. At least one rating is held out of every user with two. */
  perUser: (share = 0.8): Splitter => drawnSplitter("per-user", `${share}`),
  /**
   * Trains on the earliest share of each user's ratings, and holds out their latest: those of at least one moment of every user with two.
   * Ratings of one moment stay together. The data must have times. Of others, training knows ratings that are later than a user's held-out ones; with `time`, it does not.
   */
  latest: (share = 0.8): Splitter => drawnSplitter("latest", `${share}`),
  /** Trains on a share of all ratings, chosen at random. */
  ratio: (share = 0.8): Splitter => drawnSplitter("ratio", `${share}`),
  /**
   * Trains on about a share of all ratings, by a hash of each and the seed. The same here and on Spark, and for a rating the same whatever
   * others there are, as long as its user and film have the same indices.
   */
  hash: (share = 0.8): Splitter => drawnSplitter("hash", `${share}`),
  /** Cross-validation: deals the ratings into 2 to 1000 parts and holds out each once. */
  kFold: (folds = 5): Splitter => drawnSplitter("kfold", `${folds}`),
  /**
   * Holds out one rating of every user with two: a random one by default, or the last. Where somebody has several ratings of their last
   * moment, "last" throws SPLIT_INVALID, "last-drawn" draws one of them by the seed, and "last-moment" holds them all out.
   */
  leaveOneOut(options: { readonly held?: (typeof heldOutByLoo)[number] } = {}): Splitter {
    checkOptions("leaveOneOut", options, ["held"]);
    const { held = "random" } = options;
    return held === "random" ? drawnSplitter("loo") : drawnSplitter("loo", held);
  },
  /** Trains on the earliest share of the ratings; ratings of one moment stay together. The data must have times. */
  time: (share = 0.8): Splitter => drawnSplitter("time", `${share}`),
  /**
   * What comes next, by one moment for all: trains on the earliest share of the ratings, and holds out the last of each user who has later
   * ones. Users are asked with all their ratings before those, also with those that came after training. Ratings of one moment stay together.
   * The data must have times.
   */
  next: (share = 0.8): Splitter => drawnSplitter("next", `${share}`),
  /** Strong generalisation: trains on a share of the users. Of each other user, a fifth of the ratings is held out. */
  strong: (share = 0.8): Splitter => drawnSplitter("strong", `${share}`),
  /** New films: trains on a share of the films, and ranks only the others, all of whose ratings are held out. */
  newItems: (share = 0.9): Splitter => drawnSplitter("new-items", `${share}`),
  /**
   * A published fold of MovieLens 100K: "u1" to "u5", "ua" or "ub". Reads its two files from the folder of the data. "u1-u5" are five splits,
   * which hold out every rating once, and need no files but the ratings.
   */
  movieLens: (fold: MovieLensFold, options?: FileSplitOptions): Splitter => movieLensSplitter(fold, options),
  /** The ratings of two files, all of which are also in the data. */
  files: (train: string, test: string, options?: FileSplitOptions): Splitter => filesSplitter(train, test, options),
  /** A file with a bit for each row of the data's own table: base64, or JSON with `trainMask` or `testMask`. */
  mask: (file: string, options?: FileSplitOptions): Splitter => maskSplitter(file, options),
} as const;

/**
 * Reads a splitter from text, as the command's `--split` does: "ratio:0.8", "per-user:0.8", "latest:0.8", "kfold:5", "loo", "loo:last",
 * "loo:last-drawn", "loo:last-moment", "time:0.8", "next:0.8", "strong:0.8", "new-items:0.9", "u1" to "u5", "ua", "ub", "u1-u5", "files:TRAIN,TEST", "mask:FILE". The splitter keeps the
 * text as its name.
 *
 * @param options for splitters that read files
 * @throws SPLIT_INVALID
 * @example
 * import { parseSplitter, splitRatings } from "matinee";
 * const { train, test } = await splitRatings(data, parseSplitter("time:0.8")).split(0);
 */
export function parseSplitter(text: string, options: FileSplitOptions = {}): Splitter {
  const fold = movieLensFolds.find((name) => name === text);
  if (fold) return movieLensSplitter(fold, options);
  const [name, given] = text.split(/:(.*)/s);
  if (name === "mask") return maskSplitter(given ?? "", options, text);
  if (name === "files") {
    const files = (given ?? "").split(",").map((file) => file.trim());
    if (files.length === 2 && files.every((file) => file !== "")) {
      return filesSplitter(files[0], files[1], options, text);
    }
    throw new MatineeError("SPLIT_INVALID", `${text} does not name two files`, { fix: "write files:TRAIN,TEST" });
  }
  const kind = splitterKinds.find((known) => known.name === name);
  if (kind) return drawnSplitter(kind.name, given, text);
  const names = splitterKinds.map((known) => known.name);
  throw new MatineeError("SPLIT_INVALID", `there is no split "${text}"`, {
    fix: `${didYouMean(name, names)}by chance or time there are ${names.join(", ")}; by files u1, files:TRAIN,TEST and mask:FILE`,
  });
}

/**
 * Splits a data set. Each split is made when it is asked for; files are read then.
 *
 * @throws USAGE for anything but a splitter; SPLIT_INVALID where these ratings cannot be split so
 * @example
 * import { splitRatings, splits } from "matinee";
 * const { train, test } = await splitRatings(data, splits.leaveOneOut({ held: "last" }), 7).split(0);
 */
export function splitRatings(dataset: Dataset, splitter: Splitter, seed = 0): Splits {
  checkSplitter(splitter);
  return splitter.apply(dataset, seed);
}

/** The splits themselves, or what the splitter makes of the data set. @throws USAGE for anything else */
export function resolveSplits(dataset: Dataset, how: Splitter | Splits, seed: number): Splits {
  if (typeof how === "object" && how !== null && "split" in how) return how;
  return splitRatings(dataset, how, seed);
}

function checkSplitter(splitter: unknown): void {
  if (typeof splitter === "object" && splitter !== null && "apply" in splitter) return;
  throw new MatineeError("USAGE", `${typeof splitter === "string" ? `"${splitter}"` : splitter} is no splitter`, {
    fix: 'give one, such as splits.perUser(0.8) or parseSplitter("per-user:0.8")',
  });
}
