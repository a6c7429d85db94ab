/**
 * Ways to ask a new user. Either they are asked about films that they know, or about any: then a film may be one that they have not seen, and the
 * question is spent. The third of the first kind is "log pop * ent" of A. Rashid et al., "Getting to know you: learning new user
 * preferences in recommender systems", IUI 2002:
 *
 *   log n_i · H_i      n_i: training ratings of film i; H_i = −Σ_r p_ir log p_ir over the values r of these ratings
 */
import { asItemIndex, type Dataset, type ItemIndex } from "../../data/dataset.ts";
import { topK } from "../../matrix/topk.ts";
import { profileOf } from "../../models/shared/profiles.ts";
import { random } from "../../random.ts";
import { filmsToAsk } from "../../recommend/films-to-ask.ts";

/** Numbers of questions after which models are measured. */
export const questionCounts = [0, 1, 2, 3, 5, 10, 15, 20] as const;

/** The films of a user who is asked. */
export interface AskedFilms {
  /** Those that they can tell of. */
  readonly known: Int32Array;
  /** Those that nobody asks about, since they are for the test. */
  readonly held: Int32Array;
}

/** A way to ask. */
export interface QuestionWay {
  readonly name: string;
  readonly summary: string;
  /** Whether films are asked about that the user may not know. */
  readonly anyFilm: boolean;
  /**
   * Returns a function that asks one user after another: for each of the films that they know, how many questions come before it; those that
   * are not asked about, as many as there may be questions.
   */
  prepare(train: Dataset, seed: number): AskUser | Promise<AskUser>;
}

/** Asks one user: for each film that they know, how many questions come before it. */
export type AskUser = (films: AskedFilms) => Int32Array;

/** What a user has said so far. */
export interface Said {
  readonly seen: readonly ItemIndex[];
  readonly unseen: readonly ItemIndex[];
  /** Films that nobody asks about. */
  readonly exclude: readonly ItemIndex[];
}

/** The ways that `coldStart` measures unless it is told others. */
export const questionWays: readonly QuestionWay[] = [
  {
    name: "random",
    summary: "films they know, at random",
    anyFilm: false,
    prepare(_train, seed) {
      const { float } = random(seed);
      return ({ known }) => placesByWorth(Float64Array.from(known, () => float()));
    },
  },
  {
    name: "popular",
    summary: "films they know, the most rated first",
    anyFilm: false,
    prepare:
      ({ counts }) =>
      ({ known }) =>
        placesByWorth(Float64Array.from(known, (film) => counts[film])),
  },
  {
    name: "varied",
    summary: "films they know, first those that many have rated and rated differently (log popularity × entropy)",
    anyFilm: false,
    prepare({ byItem, counts }) {
      const worth = Float64Array.from(counts, (count, film) =>
        count === 0 ? 0 : Math.log(count) * entropy(profileOf(byItem, film).values),
      );
      return ({ known }) => placesByWorth(Float64Array.from(known, (film) => worth[film]));
    },
  },
  wayByWorth("most-rated", "any films, the most rated first", ({ counts }) => Float64Array.from(counts)),
  {
    name: "chosen",
    summary: "any films, as filmsToAsk chooses them by the answers before",
    anyFilm: true,
    prepare: (train) => placesByAnswers((said) => filmsToAsk(train, said, 1)[0]),
  },
];

/** A way that asks about any films, in an order that is the same for everybody: the films of the highest worth first. */
export function wayByWorth(name: string, summary: string, worthOf: (train: Dataset) => Float64Array): QuestionWay {
  return {
    name,
    summary,
    anyFilm: true,
    prepare(train) {
      const order = topK(worthOf(train), train.items.size);
      return placesByAnswers(({ seen, unseen, exclude }) => {
        const asked = new Set([...seen, ...unseen, ...exclude]);
        const next = order.find((film) => !asked.has(asItemIndex(film)));
        return next === undefined ? undefined : asItemIndex(next);
      });
    },
  };
}

/** Asks about any films. @param next the film to ask about next; undefined where there is none */
export function placesByAnswers(next: (said: Said) => ItemIndex | undefined): AskUser {
  const most = Math.max(...questionCounts);
  return ({ known, held }) => {
    const places = new Int32Array(known.length).fill(most);
    const [seen, unseen]: [ItemIndex[], ItemIndex[]] = [[], []];
    const exclude = Array.from(held, asItemIndex);
    for (let question = 0; question < most; question++) {
      const film = next({ seen, unseen, exclude });
      if (film === undefined) break;
      const at = known.indexOf(film);
      if (at >= 0) places[at] = question;
      (at >= 0 ? seen : unseen).push(film);
    }
    return places;
  };
}

/** For each film the place that its worth gives it, the largest first; of equal ones, the first film. */
function placesByWorth(worth: Float64Array): Int32Array {
  const order = Int32Array.from(worth.keys()).sort((a, b) => worth[b] - worth[a] || a - b);
  const places = new Int32Array(order.length);
  order.forEach((film, place) => {
    places[film] = place;
  });
  return places;
}

/** Of the values of a film's ratings. */
export function entropy(values: Float32Array): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum -= (count / values.length) * Math.log(count / values.length);
  return sum;
}
