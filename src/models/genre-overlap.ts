/**
 * Ranks films by how many of their genres the user likes: the simplest use of a catalog, a baseline for models that read it.
 *
 *   L(u) = genres of the films that u rated at least θ               θ: three quarters up the scale, 4 of 1 to 5
 *   score(u, i) = |G_i ∩ L(u)| + n_i / (1 + max_j n_j)               G_i: genres of film i, n_i: number of its ratings
 *
 * The second term is below 1: it orders films with equally many liked genres by how often they were rated, and all films
 * where nothing is liked. Single precision keeps that order while no film has 2¹⁹ ratings or 32 liked genres.
 *
 * A film that comes after training has n = 0; it is placed by its genres.
 *
 * θ is on the standard scale (src/models/shared/standard-scale.ts); of events it is any amount.
 *
 * State: the relation of films and genres (graph-state.ts); counts int32 [items] = n; facts likedFrom = θ, placeholders.
 */
import type { Static } from "typebox";
import { filmGraph } from "../content/graph.ts";
import type { Algorithm, Answer, ExplanationPart } from "./model.ts";
import { placeByGenres, placeholdersSetting, readRelation, relationTensors, tasteFrom } from "./shared/graph-state.ts";
import { Type } from "./shared/schema.ts";
import { likedPoint } from "./shared/standard-scale.ts";
import { numberOf, tensorOf } from "./shared/state.ts";

/** The setting of models that go by the films that a user likes. */
export const likedSetting = Type.Number({
  default: 0.75,
  minimum: 0,
  maximum: 1,
  description:
    "how far up the scale a film counts as liked, as a share from the lowest rating to the highest: from 4 of 1 to 5",
});

const genreOverlapSettings = Type.Object({ liked: likedSetting, placeholders: placeholdersSetting });

export const genreOverlapAlgorithm: Algorithm<Static<typeof genreOverlapSettings>> = {
  name: "genre-overlap",
  summary: "Films with the most genres that the user likes; among equals, the most rated first.",
  settings: genreOverlapSettings,
  learnsFrom: "both",
  foldIn: "exact",

  estimate: ({ items, ratings }) => ({ bytes: genreBytes(items), operations: ratings }),

  async fit(train, { liked, placeholders }) {
    const { catalog, counts } = train;
    const graph = filmGraph(catalog, ["genre"], { placeholders });
    return {
      algorithm: "genre-overlap",
      facts: { likedFrom: likedPoint(train, liked), placeholders },
      tensors: { ...relationTensors(graph), counts: { shape: [counts.length], data: counts } },
    };
  },

  open(state) {
    const counts = tensorOf(state, "counts", Int32Array, undefined);
    const relation = readRelation(state, "genre", counts.length);
    const { byFilm } = relation;
    const { offsets, indices: genres } = byFilm;
    const likedFrom = numberOf(state, "likedFrom");
    const most = counts.reduce((most, count) => Math.max(most, count), 0);
    const popularity = (item: number) => counts[item] / (1 + most);

    return {
      items: counts.length,
      ask({ profile }): Answer {
        const likes = new Uint8Array(byFilm.columns);
        profile.items.forEach((item, n) => {
          if (profile.values[n] < likedFrom) return;
          for (let m = offsets[item]; m < offsets[item + 1]; m++) likes[genres[m]] = 1;
        });
        return {
          score(out) {
            for (let item = 0; item < counts.length; item++) {
              let overlap = 0;
              for (let n = offsets[item]; n < offsets[item + 1]; n++) overlap += likes[genres[n]];
              out[item] = overlap + popularity(item);
            }
          },
          explain(item) {
            const own = genres.subarray(offsets[item], offsets[item + 1]).filter((genre) => likes[genre]);
            const parts = Array.from(own, (genre): ExplanationPart => ({ kind: "genre", genre, value: 1 }));
            return { parts: [...parts, { kind: "number of ratings", value: popularity(item) }] };
          },
          taste: () => tasteFrom(likes),
        };
      },
      placeItems: async (state, items) => placeByGenres(state, items, relation, counts),
      [Symbol.dispose]() {},
    };
  },
};

/** Bytes of the relation of films and genres, from both ends, and of counts: MovieLens names two genres of a film. */
export function genreBytes(items: number): number {
  return items * (4 + 2 * 16 + 4);
}
