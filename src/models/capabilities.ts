import { MatineeError } from "../errors.ts";

/** What some models can do beside scoring, which all of them do; in the order of the contract. */
export const capabilityNames = [
  "predicts ratings",
  "says how far predictions may be off",
  "explains scores",
  "explains ratings",
  "explains ratings by other parts than scores",
  "names neighbours",
  "names liked genres",
  "finds similar items",
  "names top terms",
  "gives vectors",
  "answers many at once",
  "keeps ratings",
  "blends models",
  "places new items",
] as const;

export type Capability = (typeof capabilityNames)[number];

/**
 * What each registered model can do, known without opening one. `matinee models` and the table in README.md show it. Conformance
 * tests hold every model to its row: what the row promises must be there, and nothing else.
 */
const capabilities: Readonly<Record<string, readonly Capability[]>> = {
  popular: ["explains scores"],
  bias: ["predicts ratings", "explains scores", "explains ratings", "explains ratings by other parts than scores"],
  "time-bias": [
    "predicts ratings",
    "explains scores",
    "explains ratings",
    "explains ratings by other parts than scores",
    "answers many at once",
  ],
  "genre-overlap": ["explains scores", "names liked genres", "places new items"],
  "taste-graph": ["explains scores", "names liked genres", "places new items"],
  "item-knn": [
    "predicts ratings",
    "explains scores",
    "explains ratings",
    "explains ratings by other parts than scores",
    "finds similar items",
    "answers many at once",
  ],
  "user-knn": [
    "predicts ratings",
    "explains scores",
    "explains ratings",
    "explains ratings by other parts than scores",
    "names neighbours",
    "answers many at once",
    "keeps ratings",
  ],
  rp3beta: ["explains scores", "finds similar items", "answers many at once"],
  pagerank: ["explains scores", "finds similar items", "answers many at once", "keeps ratings", "places new items"],
  spectral: ["explains scores", "finds similar items", "gives vectors", "places new items"],
  ease: ["explains scores", "finds similar items", "answers many at once"],
  markov: ["explains scores", "finds similar items"],
  sequence: ["explains scores", "finds similar items", "answers many at once"],
  als: ["explains scores", "finds similar items", "gives vectors"],
  mf: [
    "predicts ratings",
    "explains scores",
    "explains ratings",
    "explains ratings by other parts than scores",
    "finds similar items",
    "answers many at once",
  ],
  svdpp: [
    "predicts ratings",
    "explains scores",
    "explains ratings",
    "explains ratings by other parts than scores",
    "finds similar items",
    "answers many at once",
  ],
  "bayesian-mf": [
    "predicts ratings",
    "says how far predictions may be off",
    "explains scores",
    "explains ratings",
    "explains ratings by other parts than scores",
    "finds similar items",
    "answers many at once",
  ],
  neural: ["predicts ratings", "answers many at once"],
  tfidf: ["explains scores", "finds similar items", "names top terms", "places new items"],
  text: ["explains scores", "finds similar items", "gives vectors", "places new items"],
  stacking: [
    "predicts ratings",
    "explains scores",
    "explains ratings",
    "explains ratings by other parts than scores",
    "answers many at once",
  ],
  hybrid: [
    "explains scores",
    "finds similar items",
    "names top terms",
    "answers many at once",
    "blends models",
    "places new items",
  ],
};

/**
 * What a model can do by its default settings.
 * @throws MODEL_UNKNOWN where no row has this name
 */
export function capabilitiesOf(model: string): readonly Capability[] {
  if (Object.hasOwn(capabilities, model)) return capabilities[model];
  throw new MatineeError("MODEL_UNKNOWN", `src/models/capabilities.ts has no row for the model "${model}"`);
}

/** The models that have a row. */
export const describedModels: readonly string[] = Object.keys(capabilities);
