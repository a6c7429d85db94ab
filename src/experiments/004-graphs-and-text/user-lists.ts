/** What the study's models list for user 1, as printed and here. */
import { type Dataset, type ModelSpec, openModel, profileOf, topK } from "../../core.ts";
import type { Cell } from "../../report/index.ts";
import { type ExperimentContext, filmTitle, trainForStudy } from "../experiment.ts";
import { nearestOf } from "./contenders.ts";
import { specs } from "./models.ts";
import { printedLists } from "./printed.ts";

/** The user whom the study lists films for. */
const asker = 1;

interface ListedForUser {
  readonly name: string;
  readonly printed: readonly number[];
  /** What lists the films here; nothing, where it cannot be run. */
  readonly spec?: ModelSpec;
  /** Only so many films, rated ones included, may be listed. */
  readonly nearest?: number;
  readonly train: Dataset;
}

/**
 * Rows of list, place, film as printed, its ratings, film here, its ratings. Ids that are printed are named where the data are the
 * study's.
 *
 * @param train the training ratings of the study's own split, and of u1 for the graph
 * @param texts whether texts can be embedded here
 */
export async function userListRows(
  context: ExperimentContext,
  train: { readonly own: Dataset; readonly graph: Dataset },
  texts: boolean,
): Promise<Cell[][]> {
  const { own } = train;
  if (own.users.index(asker) < 0) return [];
  const lists: readonly ListedForUser[] = [
    { name: "filtering, In [3]", printed: printedLists.filtering, spec: specs.filtering, train: own },
    { name: "genres, In [4]", printed: printedLists.genres, spec: specs.genres, train: own },
    { name: "graph, In [11]", printed: printedLists.graph, spec: specs.graph, train: train.graph },
    {
      name: "embeddings, In [17]",
      printed: printedLists.texts,
      nearest: 10,
      train: own,
      ...(texts ? { spec: specs.texts } : {}),
    },
    { name: "reranked, In [18]", printed: printedLists.reranked, train: own },
  ];
  const rows: Cell[][] = [];
  for (const list of lists) {
    const { data } = context;
    const here = await filmsOf(context, list);
    for (let place = 0; place < Math.max(list.printed.length, here.length); place++) {
      const printed = list.printed[place];
      const film = isStudyData(data) ? data.items.index(printed) : -1;
      rows.push([
        list.name,
        place + 1,
        ...(film < 0 ? [printed === undefined ? null : String(printed), null] : filmCells(data, film, list.train)),
        ...(here[place] === undefined ? [null, null] : filmCells(data, here[place], list.train)),
      ]);
    }
  }
  return rows;
}

/** The best films that the user has not rated. */
async function filmsOf(
  context: ExperimentContext,
  { spec, train, nearest, printed }: ListedForUser,
): Promise<number[]> {
  const user = train.users.index(asker);
  if (spec === undefined || user < 0) return [];
  using recommender = openModel(await trainForStudy(context, spec, train));
  const profile = profileOf(train.byUser, user);
  const scores = new Float32Array(train.items.size);
  recommender.model.ask({ profile, user }).score(scores);
  const ranked = nearest === undefined ? scores : nearestOf(scores, nearest);
  for (const item of profile.items) ranked[item] = -Infinity;
  return Array.from(topK(ranked, nearest ?? printed.length));
}

function filmCells(data: Dataset, film: number, train: Dataset): [title: string, ratings: number] {
  return [`${data.items.id(film)} ${filmTitle(data, film)}`, train.counts[film]];
}

/** MovieLens 100K, whose ids the printed lists are of. */
function isStudyData({ users, items }: Dataset): boolean {
  return users.size === 943 && items.size === 1682;
}
