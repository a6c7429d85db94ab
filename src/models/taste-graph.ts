/**
 * A walk of two edges over the graph of films and genres, from the films that the user rated highest.
 *
 *   w_g = number of films of genre g that u rated at least θ and as high as any       θ: three quarters up the scale, 4 of 1 to 5
 *   score(u, i) = Σ_{g ∈ G_i} w_g + ε n_i        G_i: genres of film i, n_i: number of its ratings, ε: `popularity`
 *
 * Only films that the walk reaches have a score. At ε = 0.001, single precision tells films apart that differ by one rating while
 * scores are below 8192; beyond, for users who gave their highest rating to thousands of films, some tie.
 *
 * A film that comes after training has n = 0; it is placed by its genres.
 *
 * θ is on the standard scale (src/models/shared/standard-scale.ts); of events it is any amount.
 *
 * State: the relation of films and genres (graph-state.ts); counts int32 [items] = n; facts likedFrom = θ, popularity = ε, placeholders.
 */
import type { Static } from "typebox";
import { filmGraph } from "../content/graph.ts";
import { genreBytes, likedSetting } from "./genre-overlap.ts";
import type { Algorithm, Answer, ExplanationPart, Profile } from "./model.ts";
import { placeByGenres, placeholdersSetting, readRelation, relationTensors, tasteFrom } from "./shared/graph-state.ts";
import { Type } from "./shared/schema.ts";
import { likedPoint } from "./shared/standard-scale.ts";
import { numberOf, tensorOf } from "./shared/state.ts";

const tasteGraphSettings = Type.Object({
  liked: likedSetting,
  popularity: Type.Number({
    default: 0.001,
    minimum: 0,
    description: "ε: how much each rating of a film adds to its score",
  }),
  placeholders: placeholdersSetting,
});

export const tasteGraphAlgorithm: Algorithm<Static<typeof tasteGraphSettings>> = {
  name: "taste-graph",
  summary: "Films reached through the genres of the user's highest ratings, frequent ones first.",
  settings: tasteGraphSettings,
  learnsFrom: "both",
  foldIn: "exact",

  estimate: ({ items, ratings }) => ({ bytes: genreBytes(items), operations: ratings }),

  async fit(train, { liked, popularity, placeholders }) {
    const { catalog, counts } = train;
    const graph = filmGraph(catalog, ["genre"], { placeholders });
    return {
      algorithm: "taste-graph",
      facts: { likedFrom: likedPoint(train, liked), popularity, placeholders },
      tensors: { ...relationTensors(graph), counts: { shape: [counts.length], data: counts } },
    };
  },

  open(state) {
    const counts = tensorOf(state, "counts", Int32Array, undefined);
    const relation = readRelation(state, "genre", counts.length);
    const { byFilm, byNode } = relation;
    const [likedFrom, popularity] = [numberOf(state, "likedFrom"), numberOf(state, "popularity")];

    /** From films to genres: w. */
    function tasteOf({ items, values }: Profile): Int32Array {
      const taste = new Int32Array(byFilm.columns);
      const least = values.reduce((highest, value) => Math.max(highest, value), likedFrom);
      items.forEach((item, n) => {
        if (values[n] < least) return;
        for (let m = byFilm.offsets[item]; m < byFilm.offsets[item + 1]; m++) taste[byFilm.indices[m]]++;
      });
      return taste;
    }

    return {
      items: counts.length,
      ask({ profile }): Answer {
        const taste = tasteOf(profile);
        return {
          /** From genres to films. */
          score(out) {
            const sums = new Float64Array(counts.length);
            taste.forEach((weight, genre) => {
              for (let n = byNode.offsets[genre]; n < byNode.offsets[genre + 1]; n++) sums[byNode.indices[n]] += weight;
            });
            for (let item = 0; item < counts.length; item++) {
              out[item] = sums[item] > 0 ? sums[item] + popularity * counts[item] : -Infinity;
            }
          },
          explain(item) {
            const own = byFilm.indices.subarray(byFilm.offsets[item], byFilm.offsets[item + 1]);
            const parts = Array.from(own.filter((genre) => taste[genre] > 0))
              .sort((a, b) => taste[b] - taste[a] || a - b)
              .map((genre): ExplanationPart => ({ kind: "genre", genre, value: taste[genre] }));
            return { parts: [...parts, { kind: "number of ratings", value: popularity * counts[item] }] };
          },
          taste: () => tasteFrom(taste),
        };
      },
      placeItems: async (state, items) => placeByGenres(state, items, relation, counts),
      [Symbol.dispose]() {},
    };
  },
};
