/** The lists of all users, as a recommender makes them, reads them out and writes them. */
import { checkOptions } from "../check-arguments.ts";
import type { Engine } from "../compute/engine.ts";
import type { MakeIndex } from "../compute/hnsw.ts";
import { asItemIndex } from "../data/dataset.ts";
import type { Id, Ids } from "../data/ids.ts";
import type { ProgressOptions } from "../data/progress.ts";
import { MatineeError } from "../errors.ts";
import { makeOnce } from "../make-once.ts";
import type { Trained } from "../models/trained.ts";
import { present } from "../present.ts";
import { filmOf, type ScoredFilm } from "./films.ts";
import type { Lists, WriteListsOptions } from "./lists.ts";
import type { OpenModel } from "./open-model.ts";
import { checkListLength, type UserRatings } from "./query.ts";
import { recommendAll } from "./recommend-all.ts";
import { defaultPool, type Reranker, rerankAll } from "./reranking/rerank.ts";

/** Options of the lists for all users. */
export interface AllListsOptions extends ProgressOptions {
  /** Length of each list; 10 unless given, and never more than there are films. */
  readonly k?: number;
  /** Choose from what an index finds, such as that of `hnsw()`: for models with vectors, and very many films. */
  readonly approximate?: MakeIndex;
  /** Reorders the films that the model itself proposes. */
  readonly rerank?: Reranker;
  /** How many films the reranker chooses from; 50 unless given, and at least k. */
  readonly pool?: number;
}

/** The list of one user among those of all. */
export interface UserList {
  readonly user: Id;
  readonly items: readonly ListedFilm[];
}

/** A film of a list, and the model that ranked it: the recommender's own, or the fallback. */
export interface ListedFilm extends ScoredFilm {
  readonly source: string;
}

/** The lists of all users, by ascending id. They are made when they are first asked for, all at once. */
export interface AllLists extends AsyncIterable<UserList> {
  /**
   * Writes the lists as CSV, JSON lines or Parquet, as the ending of the file's name says (`.csv`, `.jsonl`, `.parquet`): user, rank,
   * item, score, source, or the `columns` named, of which there are title, year, genres and ratings too.
   *
   * @throws USAGE for any other ending; WRITE_FAILED, CANCELLED; CAPABILITY_MISSING where there are no files, as in a page
   * @example await recommender.recommendAll({ k: 10 }).writeTo("lists.csv");
   */
  writeTo(file: string, options?: WriteListsOptions): Promise<void>;
}

/** Where a recommender saves itself and its lists; a page has none. */
export interface RecommenderFiles {
  /** @throws USAGE where the ending names no kind of table, WRITE_FAILED where the file could not be written */
  checkTableFile(file: string): Promise<void>;
  saveModel(file: string, trained: Trained, options: { readonly signal?: AbortSignal }): Promise<void>;
  writeLists(file: string, opened: OpenModel, users: Ids, lists: Lists, options: WriteListsOptions): Promise<void>;
}

/** Lists that are made at the first use, and kept. */
export function allLists(
  opened: OpenModel,
  { byUser, users, trainingRows }: UserRatings,
  engine: Engine,
  files: RecommenderFiles | undefined,
  { k = 10, rerank, pool = defaultPool, approximate, ...progress }: AllListsOptions,
): AllLists {
  const { info, name, fallback } = opened;
  const listsOnce = makeOnce((asked: ProgressOptions = {}) => makeLists({ ...progress, ...asked }));

  async function makeLists(progress: ProgressOptions): Promise<Lists> {
    const rows = present({ users: trainingRows });
    const options = { ...progress, ...rows, engine };
    if (!rerank) {
      return recommendAll(opened, { byUser }, { ...options, k, ...present({ approximate }) });
    }
    const wide = Math.max(k, checkListLength(pool));
    const lists = await recommendAll(opened, { byUser }, { ...options, k: wide, ...present({ approximate }) });
    return rerankAll(lists, opened, byUser, rerank, { ...progress, ...rows, k });
  }

  return {
    async *[Symbol.asyncIterator]() {
      const lists = await listsOnce();
      for (let row = 0; row < lists.users; row++) {
        const at = row * lists.k;
        const items = Array.from(lists.items.subarray(at, at + lists.k)).filter((item) => item >= 0);
        yield {
          user: users.id(row),
          items: items.map((item, n) => ({
            ...filmOf(info, asItemIndex(item)),
            score: lists.scores[at + n],
            source: n < lists.chosen[row] ? name : fallback.name,
          })),
        };
      }
    },
    async writeTo(file, options = {}) {
      checkOptions("writeTo", options, ["columns", "onProgress", "signal"]);
      const { writeLists, checkTableFile } = files ?? throwNoFiles();
      await checkTableFile(file);
      await writeLists(file, opened, users, await listsOnce(options), { ...progress, ...options });
    },
  };
}

export function throwNoUsersAtHand(): UserRatings {
  throw new MatineeError("USAGE", "no users' ratings are at hand", {
    fix: "give the data: loadRecommender(file, { data })",
  });
}

export function throwNoFiles(): RecommenderFiles {
  throw new MatineeError("CAPABILITY_MISSING", "there are no files here to write", {
    fix: "take the bytes of encode(), or use train and loadRecommender of matinee in Node",
  });
}
