/**
 * What each registered model can do beside scoring, which all of them do. Conformance tests hold every model to its row: what
 * the row promises must be there, and nothing else. The table in README.md is made from it.
 */
import type { Answer, Model } from "../../src/models/model.ts";

/** Capabilities in the order of the contract, and how a model shows them. */
export const capabilities = {
  "predicts ratings": (_model: Model, answer: Answer) => answer.predict !== undefined,
  "explains scores": (_model: Model, answer: Answer) => answer.explain !== undefined,
  "explains ratings": (_model: Model, { predict, explain, explainRating }: Answer) =>
    predict !== undefined && (explainRating ?? explain) !== undefined,
  "explains ratings by other parts than scores": (_model: Model, answer: Answer) => answer.explainRating !== undefined,
  "names neighbours": (_model: Model, answer: Answer) => answer.neighbours !== undefined,
  "finds similar items": (model: Model) => model.similarItems !== undefined,
  "names top terms": (model: Model) => model.topTerms !== undefined,
  "gives vectors": (model: Model) => model.vectors !== undefined,
  "answers many at once": (model: Model) => model.askAll !== undefined,
  "keeps ratings": (model: Model) => model.ratings !== undefined,
  "blends models": (model: Model) => model.blend !== undefined,
};

export type Capability = keyof typeof capabilities;

export interface Row {
  /** For the README. */
  readonly about: string;
  readonly can: readonly Capability[];
  /** Whether a training row, asked as a new user's profile, answers as the trained user would. */
  readonly foldIn: "exact" | "approximate";
  /** Variants, by title, whose settings take something away. An exception that is not needed fails. */
  readonly exceptions?: Readonly<Record<string, Exception>>;
}

export interface Exception {
  readonly reason: string;
  readonly loses: readonly Capability[];
}

export const table: Readonly<Record<string, Row>> = {
  popular: { about: "the most rated films", can: ["explains scores"], foldIn: "exact" },
  bias: {
    about: "damped means of films and users",
    can: ["predicts ratings", "explains scores", "explains ratings"],
    foldIn: "exact",
  },
  "genre-overlap": {
    about: "films with the most genres that the user likes; a baseline for content models",
    can: ["explains scores"],
    foldIn: "exact",
  },
  "taste-graph": {
    about: "films reached through the genres of the user's highest ratings",
    can: ["explains scores"],
    foldIn: "exact",
  },
  "item-knn": {
    about: "cosine similarity of films, k nearest neighbours",
    can: [
      "predicts ratings",
      "explains scores",
      "explains ratings",
      "explains ratings by other parts than scores",
      "finds similar items",
    ],
    foldIn: "exact",
  },
  "user-knn": {
    about: "the ratings of the k most similar users; presets",
    can: [
      "predicts ratings",
      "explains scores",
      "explains ratings",
      "names neighbours",
      "answers many at once",
      "keeps ratings",
    ],
    foldIn: "approximate",
  },
  rp3beta: {
    about: "random walks over users and films: RP3β (Paudel et al. 2016)",
    can: ["explains scores", "finds similar items"],
    foldIn: "exact",
  },
  pagerank: {
    about: "random walks over users, genres, tags and decades: personalised PageRank; names the paths",
    can: ["explains scores", "finds similar items", "keeps ratings"],
    foldIn: "exact",
  },
  als: {
    about:
      "implicit matrix factorisation by alternating least squares (Hu, Koren & Volinsky 2008); the default for large data; with `features`, it also lists films without ratings",
    can: ["explains scores", "finds similar items", "gives vectors"],
    foldIn: "exact",
  },
  ease: {
    about: "a linear model in closed form (Steck 2019); the default wherever it fits",
    can: ["explains scores", "finds similar items"],
    foldIn: "exact",
  },
  mf: {
    about: "explicit matrix factorisation, with or without biases, by SGD, ALS or Adam",
    can: ["predicts ratings", "explains scores", "explains ratings", "finds similar items"],
    foldIn: "exact",
  },
  neural: {
    about: "a neural network over embeddings of users and films, by Adam",
    can: ["predicts ratings"],
    foldIn: "exact",
  },
  tfidf: {
    about: "TF-IDF of titles, genres and tags; lists films without ratings",
    can: ["explains scores", "finds similar items", "names top terms"],
    foldIn: "exact",
  },
  hybrid: {
    about: "a blend of several models, of ratings and of content, by given or learnt weights",
    can: ["explains scores", "finds similar items", "names top terms", "blends models"],
    foldIn: "approximate",
    exceptions: {
      "hybrid (item-knn, als, tfidf, learn, rank)": { reason: "ranks have no parts", loses: ["explains scores"] },
    },
  },
  text: {
    about: "sentence embeddings of titles and genres (all-MiniLM-L6-v2); lists films without ratings",
    can: ["explains scores", "finds similar items", "gives vectors"],
    foldIn: "exact",
  },
};

/** What a variant of a model must be able to do, by the table. */
export function promised(name: string, title: string = name): ReadonlySet<Capability> {
  if (!Object.hasOwn(table, name)) throw new Error(`test/conformance/capabilities.ts has no row for the model ${name}`);
  const { can, exceptions } = table[name];
  const loses = exceptions?.[title]?.loses ?? [];
  return new Set(can.filter((capability) => !loses.includes(capability)));
}
