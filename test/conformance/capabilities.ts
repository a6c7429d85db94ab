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
    about: "damped means of films and people; predicts ratings",
    can: ["predicts ratings", "explains scores", "explains ratings"],
    foldIn: "exact",
  },
  "genre-overlap": {
    about: "films with the most genres that somebody likes: a baseline for models that read the catalog",
    can: ["explains scores"],
    foldIn: "exact",
  },
  "taste-graph": {
    about: "films reached through the genres of what somebody rated highest",
    can: ["explains scores"],
    foldIn: "exact",
  },
  "item-knn": {
    about: "cosine between films, k nearest neighbours; predicts ratings",
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
    about: "people of like taste: predicts ratings from the k nearest, and names them; presets",
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
    about: "random walks over people: RP3β (Paudel et al. 2016)",
    can: ["explains scores", "finds similar items"],
    foldIn: "exact",
  },
  pagerank: {
    about: "random walks over people, genres, tags and decades: personalised PageRank, which names the paths",
    can: ["explains scores", "finds similar items", "keeps ratings"],
    foldIn: "exact",
  },
  als: {
    about:
      "implicit matrix factorisation by alternating least squares (Hu, Koren & Volinsky 2008); the default for large data; with `features`, also films that nobody has rated",
    can: ["explains scores", "finds similar items", "gives vectors"],
    foldIn: "exact",
  },
  ease: {
    about: "a linear model in closed form (Steck 2019); the default where the data allow it",
    can: ["explains scores", "finds similar items"],
    foldIn: "exact",
  },
  mf: {
    about: "explicit matrix factorisation, with biases or without, by SGD, ALS or Adam; predicts ratings",
    can: ["predicts ratings", "explains scores", "explains ratings", "finds similar items"],
    foldIn: "exact",
  },
  neural: {
    about: "a network over embeddings of people and films, by Adam; predicts ratings",
    can: ["predicts ratings"],
    foldIn: "exact",
  },
  tfidf: {
    about: "films of like title, genres and tags; lists films that nobody has rated",
    can: ["explains scores", "finds similar items", "names top terms"],
    foldIn: "exact",
  },
  hybrid: {
    about: "a blend of two models or more, of ratings and of content, by weights given or learned",
    can: ["explains scores", "finds similar items", "names top terms", "blends models"],
    foldIn: "approximate",
    exceptions: {
      "hybrid (item-knn, als, tfidf, learn, rank)": { reason: "ranks have no parts", loses: ["explains scores"] },
    },
  },
  text: {
    about: "sentence embeddings of titles and genres (all-MiniLM-L6-v2): finds films that nobody has rated",
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
