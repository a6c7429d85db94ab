/**
 * Films that came after training, in the lists of any model until the next one: each stands where the trained films stand whose content is most
 * like its own.
 *
 *   score(u, j) = Σ_s w_js score(u, s) / Σ_s w_js       s: the 20 trained films of most similar content that have a score
 *                                                      w_js: the cosine of their TF-IDF vectors, above 0
 *
 * Predicted ratings, similarities and the parts of explanations are the same means. Z. Gantner et al., "Learning attribute-to-feature mappings for
 * cold-start recommendations", ICDM 2010, map content to factors so (kNN); of means, any model will do. What the trained films have stays as it is.
 */
import { localEngine, type Step } from "../compute/engine.ts";
import type { Id } from "../data/ids.ts";
import { topK } from "../matrix/topk.ts";
import type { Answer, Explanation, ExplanationPart, Model, NewItems, Query } from "../models/model.ts";
import { present } from "../present.ts";
import { contentOf } from "./content.ts";
import { type NewFilm, placeableFilms, spaceWithFilms } from "./new-films.ts";
import { type OpenModel, openFallback } from "./open-model.ts";
import { filmSearchInSteps } from "./search.ts";
import { renumbered } from "./user-ratings.ts";

/** Trained films that a later one takes its numbers from. */
const mostLike = 20;

/** The trained films like a later one, by their index in the model, and what each counts; all add up to 1 where there are any. */
interface LikeFilms {
  readonly films: Int32Array;
  readonly weights: Float64Array;
}

/**
 * An opened model with films that came after training. It is usable until the one given is disposed of.
 *
 * @param films those are left out that the model has, that its data could not hold, and whose content is like that of no film of the model
 * @param step awaited between the parts of the work
 */
export async function withLaterFilms(
  opened: OpenModel,
  films: Iterable<NewFilm>,
  step: Step = async () => {},
): Promise<OpenModel> {
  const later = placeableFilms(opened.info, films);
  if (later.length === 0) return opened;
  const { larger: info, items } = spaceWithFilms(opened.info, later);
  const content = await contentOf(info, step);
  const like = new Map<number, LikeFilms>();
  const unlike = new Set<Id>();
  for (const [item, at] of items.order.entries()) {
    if (at < items.known.length) continue;
    const films = likeFilms(content, items, item);
    if (films.films.length > 0) like.set(item, films);
    else unlike.add(info.items.id(item));
    await step(like.size, later.length);
  }
  if (unlike.size > 0) {
    const others = later.filter(({ id }) => !unlike.has(id));
    return withLaterFilms(opened, others, step);
  }
  const search = await filmSearchInSteps(info, step);
  const { name, summary, predictor, model, training } = opened;
  return {
    ...{ name, summary, info, search },
    ...present({ predictor, training }),
    model: placed(model, items, like),
    fallback: openFallback(info.counts, localEngine(2 ** 16)),
    prepareSearch: async () => {},
    [Symbol.dispose]() {},
  };
}

function likeFilms(content: Model, { order, known }: NewItems, item: number): LikeFilms {
  const similarities = new Float64Array(order.length);
  content.similarItems!(item, similarities);
  const trained = Float64Array.from(known, (own) => similarities[own]);
  const films = topK(trained, mostLike).filter((film) => trained[film] > 0);
  const total = films.reduce((sum, film) => sum + trained[film], 0);
  return { films, weights: Float64Array.from(films, (film) => trained[film] / total) };
}

/** A model over the larger index space. @param like of each later film */
function placed(own: Model, items: NewItems, like: ReadonlyMap<number, LikeFilms>): Model {
  const { order, known } = items;
  /** The index that a film has in the model, −1 of a later one. */
  const trainedIndex = (item: number) => (order[item] < known.length ? order[item] : -1);

  /** The query, about the films that the model knows. */
  function trainedQuery({ profile, user, time }: Query): Query {
    const places = Int32Array.from(profile.items.keys()).filter((n) => trainedIndex(profile.items[n]) >= 0);
    const { times } = profile;
    return {
      ...present({ user, time }),
      profile: {
        items: Int32Array.from(places, (n) => trainedIndex(profile.items[n])),
        values: Float32Array.from(places, (n) => profile.values[n]),
        ...present({ times: times && Float64Array.from(places, (n) => times[n]) }),
      },
    };
  }

  /** Spreads numbers of the trained films over all; −Infinity for a later one that is like none that has a number. */
  function spread<T extends Float32Array | Float64Array>(numbers: T, out: T): void {
    for (const [film, item] of known.entries()) out[item] = numbers[film];
    for (const [item, { films, weights }] of like) {
      let [sum, total] = [0, 0];
      for (const [n, film] of films.entries()) {
        if (numbers[film] === -Infinity) continue;
        sum += weights[n] * numbers[film];
        total += weights[n];
      }
      out[item] = total > 0 ? sum / total : -Infinity;
    }
  }

  function answerOf(answer: Answer): Answer {
    let scored: Float32Array | undefined;
    const scores = () => {
      if (!scored) {
        scored = new Float32Array(known.length);
        answer.score(scored);
      }
      return scored;
    };
    const { explain, explainRating, predict, deviate, neighbours, taste } = answer;

    /** Of a later film, the parts of the films like it, of which those about the same are added up. */
    const explaining = (of: (film: number) => Explanation, counts: (film: number) => boolean) => (item: number) => {
      const own = trainedIndex(item);
      if (own >= 0) return { parts: of(own).parts.map((part) => withItem(part, known)) };
      const { films, weights } = like.get(item)!;
      const counting = [...films.keys()].filter((n) => counts(films[n]));
      const total = counting.reduce((sum, n) => sum + weights[n], 0);
      const parts = new Map<string, ExplanationPart>();
      for (const n of counting) {
        for (const part of of(films[n]).parts) addPart(parts, withItem(part, known), weights[n] / total);
      }
      return { parts: [...parts.values()] };
    };
    return {
      score: (out) => spread(scores(), out),
      ...present({ neighbours, taste }),
      ...(explain && { explain: explaining(explain, (film) => scores()[film] > -Infinity) }),
      ...(explainRating && { explainRating: explaining(explainRating, () => true) }),
      ...(predict && {
        predict(wanted: Int32Array, out: Float32Array, rules?: Uint8Array) {
          for (const [n, item] of wanted.entries()) {
            const own = trainedIndex(item);
            const { films, weights } = own >= 0 ? itself(own) : like.get(item)!;
            const [ratings, ruled] = [new Float32Array(films.length), new Uint8Array(films.length)];
            predict(films, ratings, ruled);
            out[n] = films.reduce((sum, _, m) => sum + weights[m] * ratings[m], 0);
            if (rules) rules[n] = ruled[0];
          }
        },
      }),
      ...(deviate && {
        /** Of a later film, what it is at most, whatever the ratings of films like it have to do with each other. */
        deviate(wanted: Int32Array, out: Float32Array) {
          for (const [n, item] of wanted.entries()) {
            const own = trainedIndex(item);
            const { films, weights } = own >= 0 ? itself(own) : like.get(item)!;
            const deviations = new Float32Array(films.length);
            deviate(films, deviations);
            out[n] = films.reduce((sum, _, m) => sum + weights[m] * deviations[m], 0);
          }
        },
      }),
    };
  }

  return {
    items: order.length,
    ...present({ ratings: own.ratings && renumbered(own.ratings, known, order.length) }),
    ask: (query) => answerOf(own.ask(trainedQuery(query))),
    ...(own.similarItems && {
      similarItems(item: number, out: Float64Array) {
        const [numbers, sum, totals] = Array.from({ length: 3 }, () => new Float64Array(known.length));
        const film = trainedIndex(item);
        const { films, weights } = film >= 0 ? itself(film) : like.get(item)!;
        for (const [n, each] of films.entries()) {
          own.similarItems!(each, numbers);
          for (let other = 0; other < numbers.length; other++) {
            if (numbers[other] === -Infinity) continue;
            sum[other] += weights[n] * numbers[other];
            totals[other] += weights[n];
          }
        }
        for (let other = 0; other < sum.length; other++) {
          sum[other] = totals[other] > 0 ? sum[other] / totals[other] : -Infinity;
        }
        spread(sum, out);
        out[item] = -Infinity;
      },
    }),
    ...(own.topTerms && {
      topTerms: (item: number, k: number) => (trainedIndex(item) >= 0 ? own.topTerms!(trainedIndex(item), k) : []),
    }),
    ...(own.blend && {
      blend: {
        parts: own.blend.parts,
        weighted: (weights: readonly number[]) => placed(own.blend!.weighted(weights), items, like),
      },
    }),
    [Symbol.dispose]() {},
  };
}

/** A trained film stands where it stands. */
function itself(film: number): LikeFilms {
  return { films: Int32Array.of(film), weights: Float64Array.of(1) };
}

/** A part about a film of the model, in the larger index space. */
function withItem(part: ExplanationPart, known: Int32Array): ExplanationPart {
  return part.kind === "rating" ? { ...part, item: known[part.item] } : part;
}

/** Adds a share of a part to those before; parts of one rating, one genre, one neighbour or one kind are one. */
function addPart(parts: Map<string, ExplanationPart>, part: ExplanationPart, share: number): void {
  const about =
    part.kind === "rating"
      ? part.item
      : part.kind === "genre"
        ? part.genre
        : part.kind === "neighbour"
          ? part.user
          : "";
  const key = `${part.kind} ${about}`;
  const before = parts.get(key);
  parts.set(key, { ...(before ?? part), value: (before?.value ?? 0) + share * part.value });
}
