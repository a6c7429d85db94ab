/** A trained model that is asked by ids, and answers by ids. */
import { encodeArtifact } from "../artifact/format.ts";
import { checkList, checkOptions, quoteArgument } from "../check-arguments.ts";
import { type Engine, localEngine } from "../compute/engine.ts";
import type { OpenEmbedder } from "../content/embedder.ts";
import type { Dataset, DatasetInfo, ItemIndex } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";
import type { ProgressOptions } from "../data/progress.ts";
import { MatineeError } from "../errors.ts";
import { stepper } from "../models/fit.ts";
import { withBlendWeights } from "../models/hybrid/hybrid.ts";
import type { Query, Term } from "../models/model.ts";
import type { Trained } from "../models/trained.ts";
import { present } from "../present.ts";
import {
  type AllLists,
  type AllListsOptions,
  allLists,
  type RecommenderFiles,
  throwNoFiles,
  throwNoUsersAtHand,
} from "./all-lists.ts";
import { blendBy, type PartWeights, reweight } from "./blend.ts";
import { withContent } from "./content.ts";
import { type Film, filmOf, type ScoredFilm } from "./films.ts";
import { type ItemDetails, itemDetails } from "./item-details.ts";
import { type Neighbourhood, neighbourhood } from "./neighbourhood.ts";
import { neighbours, type RatedFilm, ratedFilms, type SimilarUser } from "./neighbours.ts";
import { type NewFilm, withNewFilms } from "./new-films.ts";
import { type OpenModel, openModel } from "./open-model.ts";
import { type Prediction, predict } from "./predict.ts";
import { checkListLength, keptUserRatings, type UserRatings } from "./query.ts";
import { type OnboardingRequest, questionsFor } from "./questions.ts";
import { type Recommendation, recommend } from "./recommend.ts";
import {
  type ListOptions,
  type ListWithUnknown,
  listWithUnknown,
  optionsOfRequest,
  queryOfRequest,
  type UserRequest,
} from "./request.ts";
import { similar, topTerms } from "./similar.ts";
import { makeStandIns } from "./stand-ins.ts";
import { type Taste, tasteOf } from "./taste.ts";
import { type FoundFilm, type TextSearch, textSearch } from "./text-search.ts";
import { type GroupRecommendation, type GroupRule, recommendTogether } from "./together.ts";
import { type RatingSource, ratingsById, userRatingsFor } from "./user-ratings.ts";

/** A request for a list of films. */
export interface ListRequest extends UserRequest, ListOptions {
  /** Somebody to rank by in place of the user; reasons are then about the ratings of that one. */
  readonly like?: UserRequest;
}

/** Films for one user, and the ids of the request that the recommender does not know. */
export type RecommendationList = ListWithUnknown<Recommendation>;

/** One of several people whom a list is for. */
export interface PersonRequest extends UserRequest {
  /** Films that this person does not want to see. */
  readonly exclude?: Iterable<Id>;
}

/** A request for a list of films for several people. */
export interface GroupRequest extends Pick<ListOptions, "k" | "filter" | "genres" | "years" | "attributes"> {
  /** 2 to 8 people. */
  readonly profiles: readonly PersonRequest[];
  /** `"least-misery"` unless given: what a film is to the one to whom it is least. `"average"`: what it is to all in the mean. */
  readonly rule?: GroupRule;
}

/** A request for the ratings to expect of a user. */
export interface PredictRequest extends UserRequest {
  /** Ids of the films. */
  readonly items: Iterable<Id>;
  /** The time that they are for, in seconds since 1970; see `Query.time`. */
  readonly time?: number;
}

/** A request for the users most like one. */
export interface NeighboursRequest extends UserRequest {
  /** How many; 10 unless given. */
  readonly k?: number;
}

/** A request for what the users think who rate most as one does. */
export interface NeighbourhoodRequest
  extends UserRequest,
    Pick<ListOptions, "k" | "exclude" | "filter" | "genres" | "years" | "attributes"> {}

/**
 * A trained model with the users whose ratings are at hand. It is asked by the ids of the data's own files, and answers by them;
 * 260 and "260" are the same id. Dispose of it when its last request has ended.
 *
 * A request may name films that the recommender does not know: they are left aside and listed in `unknown`. Users come from the
 * data, matched by id where they are not the data that the model was trained on.
 */
export interface Recommender extends Disposable {
  /** Name of the model. */
  readonly name: string;
  /** One line on how the model works. */
  readonly summary: string;
  /** Name of the model that predicts ratings, where it is another that was trained beside this one. */
  readonly predictor?: string;
  /** The ids, the catalog and the scale that the model was trained on, with the films that came later. */
  readonly info: DatasetInfo;
  /** The model for the functions of `matinee/core`, which take indices. */
  readonly opened: OpenModel;
  /** The users whose ratings are at hand, in the index space of the model's films; absent where there are none. */
  readonly users?: UserRatings;
  /** The model as plain data, and how it came about. */
  readonly trained: Trained;

  /**
   * Lists the films that suit a user best, none of which the user has rated. Where the model can score fewer than k films, the
   * most rated films fill the list and are named as their `source`.
   *
   * @throws USER_UNKNOWN, RATING_INVALID; USAGE for a list length, filter or option that makes no sense; CAPABILITY_MISSING for a session
   *   where the model does not compare films
   * @example
   * const ratings = [{ id: 260, rating: 5 }];
   * await recommender.recommend({ ratings, k: 5, genres: ["Drama"] });
   * await recommender.recommend({ ratings, filter: { not: { field: "year", to: 1970 } }, diversity: 0.3, popularity: -0.5 });
   */
  recommend(request?: ListRequest): Promise<RecommendationList>;
  /**
   * Lists the films that suit several people best together, none of which any of them has rated or excluded. Each film says what it is to each
   * of them, from 0, the last of all films that may be listed, to 1, the first, and to whom it is least.
   *
   * @throws USER_UNKNOWN, RATING_INVALID; USAGE for a number of people, a rule, a list length or a filter that makes no sense
   * @example
   * const anna = { ratings: [{ id: 260, rating: 5 }] };
   * const [film] = await recommender.recommendTogether({ profiles: [anna, { user: 3 }], rule: "average", k: 5 });
   * film.people.map(({ share }) => share);
   */
  recommendTogether(request: GroupRequest): Promise<ListWithUnknown<GroupRecommendation>>;
  /**
   * Lists the films most similar to one.
   * @throws ITEM_UNKNOWN, USAGE; CAPABILITY_MISSING where the model does not compare films
   * @example recommender.similar(260, { k: 5 });
   */
  similar(id: Id, options?: { readonly k?: number }): ScoredFilm[];
  /**
   * Predicts a user's ratings of some films, in the order given. A film that the user has rated is predicted from the other ratings.
   * The predictor that was trained beside the model predicts, if there is one. Where neither does, `bias` over the ratings at hand stands
   * in. Whichever it is, the list's `model` names it.
   * @throws CAPABILITY_MISSING where the model predicts no ratings and none are at hand; ITEM_UNKNOWN for one of `items`; USER_UNKNOWN,
   *   RATING_INVALID
   * @example recommender.predict({ user: 3, items: [122] });
   */
  predict(request: PredictRequest): ListWithUnknown<Prediction>;
  /**
   * Lists the users most similar to one. Where the model itself does not compare users, `user-knn` over the ratings at hand stands in,
   * and is named as the list's `model`.
   * @throws CAPABILITY_MISSING where the model does not compare users and no ratings are at hand; USER_UNKNOWN, RATING_INVALID, USAGE
   * @example recommender.neighbours({ user: 3, k: 5 });
   */
  neighbours(request: NeighboursRequest): ListWithUnknown<SimilarUser>;
  /**
   * The users who rate films most as somebody does, taken together: how alike they are, what they think of the user's films, and which others
   * they like. It names none of them. Where no users' ratings are at hand, and for events, it compares with nobody.
   * @throws USER_UNKNOWN, RATING_INVALID, USAGE
   * @example
   * const { neighbours, loved } = await recommender.neighbourhood({ user: 3, k: 5 });
   */
  neighbourhood(request: NeighbourhoodRequest): Promise<Neighbourhood & { readonly unknown: readonly Id[] }>;
  /**
   * The films to ask a new user about next: those that they have likely seen, by their answers so far, of many decades and genres. Without
   * answers, the first films to show to anybody.
   * @throws USER_UNKNOWN, RATING_INVALID, USAGE
   * @example recommender.questions({ ratings: [{ id: 260, rating: 5 }], unseen: [122], k: 3 });
   */
  questions(request?: OnboardingRequest): ListWithUnknown<Film>;
  /**
   * Lists the films that a user of the data has rated, best rated first, without those that the model does not know.
   * @throws USER_UNKNOWN
   * @example recommender.ratings({ user: 3 });
   */
  ratings(request: { readonly user: Id }): RatedFilm[];
  /**
   * Finds films by their titles, misspelt and unfinished ones included, best first.
   * @throws USAGE
   * @example recommender.find("star wars", 3);
   */
  find(text: string, k?: number): Film[];
  /**
   * Films that fit words of any kind, by what the catalog says of them, as a text model reads it ("slow space film about grief"). At the first
   * search it reads the whole catalog; `find` finds titles at once, and needs no text model.
   * @throws USAGE for words or a length that make no sense; CAPABILITY_MISSING where there is no embedder, as in a page; PACKAGE_MISSING,
   *   TEXT_MODEL and DOWNLOAD_FAILED
   * @example await recommender.search("slow space film about grief", { k: 5 });
   */
  search(words: string, options?: { readonly k?: number }): Promise<FoundFilm[]>;
  /**
   * The film with this title, in any of the ways in which people write it: with or without its year, its article first or last.
   * @throws ITEM_UNKNOWN, naming near ones; ITEM_AMBIGUOUS, naming all that have it
   * @example recommender.byTitle(recommender.film(260).title).id; // 260
   */
  byTitle(title: string): Film;
  /**
   * The film with this id.
   * @throws ITEM_UNKNOWN
   * @example recommender.film(260).title;
   */
  film(id: Id): Film;
  /**
   * What is known of a film: its mean and the histogram of its ratings, where users' ratings are at hand, its tags, and its pages at IMDb and
   * TMDB. What is not known is absent.
   * @throws ITEM_UNKNOWN
   * @example (await recommender.itemDetails(260)).mean;
   */
  itemDetails(id: Id): Promise<ItemDetails>;
  /**
   * The terms that mark a film, the heaviest first.
   * @throws ITEM_UNKNOWN, USAGE; CAPABILITY_MISSING where the model knows no content
   * @example
   * import { tfidf, train } from "matinee";
   * using described = await train(data, tfidf());
   * described.topTerms(260, { k: 5 });
   */
  topTerms(id: Id, options?: { readonly k?: number }): readonly Term[];
  /**
   * The genres that a user likes, as the model weighs them, and how many films it chooses from.
   * @throws CAPABILITY_MISSING where the model does not rank by genres; USER_UNKNOWN, RATING_INVALID, USAGE
   * @example
   * import { tasteGraph, train } from "matinee";
   * using byGenres = await train(data, tasteGraph());
   * byGenres.taste({ user: 3 }).genres;
   */
  taste(request: UserRequest): Taste;
  /**
   * The same blend with other weights for its parts, by their names or in their order, or by those parts alone that learn from ratings or from
   * content. It is usable until this recommender is disposed of.
   * @throws CAPABILITY_MISSING where the model is no blend, or has no such part; USAGE for weights that make no sense
   * @example
   * import { hybrid, itemKnn, tfidf, train } from "matinee";
   * using blend = await train(data, hybrid([itemKnn(), tfidf()], { weights: "equal" }));
   * blend.blend({ weights: { "item-knn": 1, tfidf: 2 } }).similar(260);
   * blend.blend({ by: "content" }).similar(260);
   */
  blend(choice: { readonly weights: PartWeights } | { readonly by: "ratings" | "content" }): Recommender;
  /**
   * The same model where content, the words of titles, genres and tags, counts beside what it goes by: scores, similar films and reasons are those
   * of both, each scaled from 0 to 1 over the films that the user has not rated. Films without ratings are listed by their content. Predicted
   * ratings stay as they are, and `save` writes the model as it is here. It is usable until this recommender is disposed of.
   *
   * @param content how much it counts: from 0, not at all, to 1, alone
   * @throws USAGE
   * @example
   * const both = await recommender.withContent(0.3);
   * both.similar(260, { k: 5 });
   * await both.recommend({ user: 3 });
   */
  withContent(content: number): Promise<Recommender>;
  /**
   * The same model with films that came after training: a recommender over all films, with the users at hand, and their ratings of the new films in newer data. The model places the new
   * films by their content, and what it learnt stays as it is: the other films keep their scores.
   * `save` saves all films. It is usable until this recommender is disposed of.
   * @throws CAPABILITY_MISSING, naming the films, where the model knows nothing of content, and where nothing said of a film is in words or
   *   genres that it knows; USAGE, naming the place, for a film that it has, that is given twice, or of a wrong shape. For models that
   *   embed texts also PACKAGE_MISSING, TEXT_MODEL, DOWNLOAD_FAILED and CANCELLED
   * @example
   * import { tfidf, train } from "matinee";
   * using described = await train(data, tfidf());
   * using later = await described.withItems([{ id: 900_001, title: "Harbour (2026)", genres: ["Drama"] }]);
   * later.similar(900_001, { k: 5 });
   */
  withItems(films: Iterable<NewFilm>, options?: ProgressOptions): Promise<Recommender>;
  /**
   * The lists of all users whose ratings are at hand, as `recommend` makes them, but for ties within single precision.
   * @throws USAGE where no users' ratings are at hand, or for a list length that makes no sense; CAPABILITY_MISSING, MEMORY, CANCELLED
   *   when the lists are made
   * @example for await (const { user, items } of recommender.recommendAll({ k: 3 })) console.log(user, items);
   */
  recommendAll(options?: AllListsOptions): AllLists;
  /**
   * Saves the model in one file, for `loadRecommender`. The users' ratings are not part of it, unless the model keeps them.
   * @throws WRITE_FAILED, CANCELLED; CAPABILITY_MISSING where there are no files, as in a page
   * @example await recommender.save("films.matinee");
   */
  save(file: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * The bytes that `save` writes, for `decodeArtifact`.
   * @example const bytes = await recommender.encode();
   */
  encode(): Promise<Uint8Array>;
}

/** What a recommender is opened with. */
export interface OpenOptions {
  /**
   * The users' ratings: the data that the model was trained on, or any other, whose films are matched by id; without, the ratings that the
   * model keeps, if it does.
   */
  readonly data?: Dataset;
  /** Where the loops run; disposed of with the recommender. A new engine on the calling thread unless given. */
  readonly engine?: Engine;
  /** Where `save` and `writeTo` write. */
  readonly files?: RecommenderFiles;
  /** Turns texts into vectors: for `search`, and for `withItems` where the model reads them. */
  readonly embedder?: OpenEmbedder;
}

const optionNames = {
  recommend: [
    "user",
    "ratings",
    "k",
    "exclude",
    "filter",
    "genres",
    "years",
    "attributes",
    "boost",
    "popularity",
    "rotation",
    "shown",
    "pin",
    "diversity",
    "session",
    "explain",
    "like",
    "retrieve",
    "rerank",
    "pool",
    "signal",
  ],
  recommendTogether: ["profiles", "rule", "k", "filter", "genres", "years", "attributes"],
  similar: ["k"],
  search: ["k"],
  topTerms: ["k"],
  predict: ["user", "ratings", "items", "time"],
  neighbours: ["user", "ratings", "k"],
  neighbourhood: ["user", "ratings", "k", "exclude", "filter", "genres", "years", "attributes"],
  questions: ["user", "ratings", "seen", "unseen", "exclude", "k"],
  ratings: ["user"],
  taste: ["user", "ratings"],
  blend: ["weights", "by"],
  recommendAll: ["k", "approximate", "rerank", "pool", "onProgress", "signal"],
  withItems: ["onProgress", "signal"],
  openRecommender: ["data", "engine", "files", "embedder"],
};

/**
 * Opens a trained model as a recommender. `train` and `loadRecommender` of `matinee` do so; this one also runs in a page.
 *
 * @throws ARTIFACT_CONTENT, MODEL_UNKNOWN where the state is none that `fit` makes
 * @example
 * import { fit, openRecommender, popular } from "matinee/core";
 * using mostRated = await openRecommender(await fit(data, popular()), { data });
 * await mostRated.recommend({ user: 3 });
 */
export async function openRecommender(trained: Trained, options: OpenOptions = {}): Promise<Recommender> {
  checkOptions("openRecommender", options, optionNames.openRecommender);
  const { data, engine = localEngine(), files, embedder } = options;
  using kept = new DisposableStack();
  kept.use(engine);
  const opened = kept.use(openModel(trained, engine));
  const users = await userRatingsFor(opened, trained, data);
  const owned = kept.move();
  const source = data && {
    name: data.name,
    users: data.users,
    items: data.items,
    feedback: data.feedback,
    byUser: data.byUser,
  };
  const surroundings = { engine, ...present({ files, embedder, source }) };
  return recommenderOver(trained, opened, users, surroundings, () => owned.dispose());
}

/** What a recommender and those made of it share. */
interface Surroundings extends Pick<OpenOptions, "files" | "embedder"> {
  readonly engine: Engine;
  readonly source?: RatingSource;
}

function recommenderOver(
  trained: Trained,
  opened: OpenModel,
  users: UserRatings | undefined,
  surroundings: Surroundings,
  dispose: () => void,
): Recommender {
  const { name, summary, predictor, info } = opened;
  const { engine, files, embedder, source } = surroundings;

  const standIns = makeStandIns(opened, users, engine);
  let byWords: TextSearch | undefined;

  function itemOf(id: Id): ItemIndex {
    if (typeof id === "string" && info.items.index(id) < 0) {
      throw new MatineeError("ITEM_UNKNOWN", `no film has the id "${id}" in ${info.name}`, {
        fix: "films go by their ids: byTitle(…).id has that of a title",
      });
    }
    return opened.search.byId(id);
  }

  /** A stand-in is made of the very users at hand, whoever the model itself was trained on. */
  function queryFor(answering: OpenModel, request: UserRequest, unknown: Id[]): Query {
    const { user, ratings } = request;
    const { trainingRows, ...own } = users ?? {};
    const known = answering === opened ? users : users && (own as UserRatings);
    return queryOfRequest(answering, known, present({ user, ratings }), unknown);
  }

  async function encode(): Promise<Uint8Array> {
    const { header, chunks } = await encodeArtifact(trained);
    return new Uint8Array(await new Blob([header, ...chunks] as BlobPart[]).arrayBuffer());
  }

  return {
    name,
    summary,
    info,
    opened,
    ...present({ predictor, users }),
    trained,

    async recommend(request = {}) {
      checkOptions("recommend", request, optionNames.recommend);
      const { user, ratings, like, ...options } = request;
      if (like !== undefined) checkOptions("like", like, ["user", "ratings"]);
      checkList("recommend", "ratings", ratings);
      checkList("recommend", "genres", options.genres);
      if (options.years !== undefined) checkOptions("years", options.years, ["from", "to"]);
      const unknown: Id[] = [];
      const query = queryOfRequest(opened, users, present({ user, ratings }), unknown);
      const items = await recommend(opened, query, {
        ...optionsOfRequest(opened, options, unknown),
        ...present({ like: like && queryOfRequest(opened, users, like, unknown) }),
      });
      return listWithUnknown(items, name, unknown);
    },

    async recommendTogether(request) {
      checkOptions("recommendTogether", request, optionNames.recommendTogether);
      const { profiles, rule, ...options } = request;
      checkList("recommendTogether", "profiles", profiles ?? null);
      checkList("recommendTogether", "genres", options.genres);
      if (options.years !== undefined) checkOptions("years", options.years, ["from", "to"]);
      const unknown: Id[] = [];
      const queries: Query[] = [];
      const exclude: Id[] = [];
      for (const [n, person] of [...profiles].entries()) {
        checkOptions(`profiles[${n}]`, person, ["user", "ratings", "exclude"]);
        const { exclude: unwanted = [], ...user } = person;
        for (const [option, list] of Object.entries({ ratings: user.ratings, exclude: unwanted })) {
          checkList(`profiles[${n}]`, option, list);
        }
        queries.push(queryOfRequest(opened, users, user, unknown));
        exclude.push(...unwanted);
      }
      const films = await recommendTogether(opened, queries, {
        ...optionsOfRequest(opened, { ...options, exclude }, unknown),
        ...present({ rule }),
      });
      return listWithUnknown(films, name, unknown);
    },

    similar(id, options = {}) {
      checkOptions("similar", options, optionNames.similar);
      return similar(opened, itemOf(id), options.k);
    },

    predict(request) {
      checkOptions("predict", request, optionNames.predict);
      checkList("predict", "ratings", request.ratings);
      checkList("predict", "items", request.items ?? null);
      const unknown: Id[] = [];
      const answering = standIns.modelFor("predict");
      const { time } = request;
      const query = { ...queryFor(answering, request, unknown), ...present({ time }) };
      const predictions = predict(answering, query, Array.from(request.items, itemOf));
      return listWithUnknown(predictions, answering.predictor ?? answering.name, unknown);
    },

    neighbours(request) {
      checkOptions("neighbours", request, optionNames.neighbours);
      checkList("neighbours", "ratings", request.ratings);
      const unknown: Id[] = [];
      const answering = standIns.modelFor("neighbours");
      const query = queryFor(answering, request, unknown);
      return listWithUnknown(neighbours(answering, query, request.k, request.user), answering.name, unknown);
    },

    async neighbourhood(request) {
      checkOptions("neighbourhood", request, optionNames.neighbourhood);
      const { user, ratings, ...options } = request;
      checkList("neighbourhood", "ratings", ratings);
      const unknown: Id[] = [];
      const query = queryOfRequest(opened, users, present({ user, ratings }), unknown);
      const wanted = { ...optionsOfRequest(opened, options, unknown), ...present({ self: user }) };
      return { ...(await neighbourhood(opened, users, query, wanted)), unknown: [...new Set(unknown)] };
    },

    questions(request = {}) {
      checkOptions("questions", request, optionNames.questions);
      const unknown: Id[] = [];
      return listWithUnknown(questionsFor(opened, users, request, unknown), opened.name, unknown);
    },

    ratings(request) {
      checkOptions("ratings", request, optionNames.ratings);
      if (request.user === undefined) {
        throw new MatineeError("USAGE", "ratings names no user", { fix: "write ratings({ user: 3 })" });
      }
      return ratedFilms(info, queryOfRequest(opened, users, { user: request.user }, []).profile);
    },

    find(text, k = 10) {
      if (typeof text !== "string") {
        throw new MatineeError("USAGE", `find takes a title, not ${quoteArgument(text)}`, {
          fix: 'write find("star wars")',
        });
      }
      return opened.search.find(text, checkListLength(k)).map((item) => filmOf(info, item));
    },

    search(words, options = {}) {
      checkOptions("search", options, optionNames.search);
      byWords ??= textSearch(info, { embedder, threads: engine.threads });
      return byWords.find(words, options.k);
    },

    byTitle: (title) => filmOf(info, opened.search.byTitle(title)),

    film: (id) => filmOf(info, itemOf(id)),

    itemDetails: async (id) => itemDetails(opened, itemOf(id), present({ ratings: users?.byUser })),

    topTerms(id, options = {}) {
      checkOptions("topTerms", options, optionNames.topTerms);
      return topTerms(opened, itemOf(id), options.k);
    },

    taste(request) {
      checkOptions("taste", request, optionNames.taste);
      checkList("taste", "ratings", request.ratings);
      return tasteOf(opened, queryOfRequest(opened, users, request, []));
    },

    blend(choice) {
      checkOptions("blend", choice, optionNames.blend);
      if ("by" in choice === "weights" in choice) {
        throw new MatineeError("USAGE", "blend takes weights, or what the parts learn from", {
          fix: 'write blend({ weights: { als: 1, tfidf: 2 } }) or blend({ by: "content" })',
        });
      }
      const other = "by" in choice ? blendBy(opened, choice.by) : reweight(opened, choice.weights);
      const weights = other.model.blend!.parts.map(({ weight }) => weight);
      return recommenderOver(withBlendWeights(trained, weights), other, users, surroundings, () => {});
    },

    async withContent(content) {
      return recommenderOver(trained, await withContent(opened, content), users, surroundings, () => {});
    },

    async withItems(films, options = {}) {
      checkOptions("withItems", options, optionNames.withItems);
      const context = { engine, step: stepper("placing films", options), ...present({ embedder }) };
      await context.step(0, 1);
      const larger = await withNewFilms(opened, trained, films, context);
      const other = openModel(larger, engine);
      options.onProgress?.(1);
      // Users may have rated new films in newer data.
      const all = source ? ratingsById(other.info, source) : keptUserRatings(other);
      return recommenderOver(larger, other, all, surroundings, () => other[Symbol.dispose]());
    },

    recommendAll(options = {}) {
      checkOptions("recommendAll", options, optionNames.recommendAll);
      checkListLength(options.k ?? 10);
      return allLists(opened, users ?? throwNoUsersAtHand(), engine, files, options);
    },

    async save(file, options = {}) {
      checkOptions("save", options, ["signal"]);
      if (typeof file !== "string" || file === "") {
        throw new MatineeError("USAGE", `save takes the name of a file, not ${quoteArgument(file)}`, {
          fix: 'write save("films.matinee")',
        });
      }
      await (files ?? throwNoFiles()).saveModel(file, trained, options);
    },

    encode,

    [Symbol.dispose]() {
      standIns[Symbol.dispose]();
      dispose();
    },
  };
}
