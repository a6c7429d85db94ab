/**
 * Films whose texts resemble those of liked films: N. Reimers, I. Gurevych, "Sentence-BERT: Sentence embeddings using Siamese
 * BERT-networks", EMNLP 2019, with all-MiniLM-L6-v2 unless another model is named.
 *
 *   text(j) = "Title, Genre, Genre", genres by name; y_j: its embedding, a vector of length 1; 0 where nothing is said
 *   x_u = m / |m|,   m = 1/n Σ_{i ∈ L(u)} y_i         L(u): the films that u rated three quarters up the scale or higher
 *                                                      (4 of 1 to 5); n: how many of them have a text
 *   score(u, j) = x_u · y_j, the cosine;   part of film i: y_i · y_j / (n |m|)
 *
 * Likes are told on the standard scale (src/models/shared/standard-scale.ts); of events, any amount is one.
 *
 * Other users' ratings play no part, so films without ratings are found like any other. A user who likes no film with a text gets
 * no scores. Only fitting needs an embedder, and placing films that come after it.
 *
 * State: items float32 [items × length] = y, zeros after the embedder's own numbers up to a multiple of 4; facts liked =
 * the rating from which a film counts, model and length = the embedder and the length of its vectors.
 */
import type { Static } from "typebox";
import type { Arena, Engine } from "../compute/engine.ts";
import { rowProducts } from "../compute/kernels/products.ts";
import { likedFrom } from "../data/dataset.ts";
import { dot } from "../matrix/dense.ts";
import type {
  Algorithm,
  Answer,
  ExplanationPart,
  NewItems,
  PlacedItems,
  PlacingContext,
  Profile,
  State,
  Vectors,
} from "./model.ts";
import { checkPadded, paddedLength } from "./shared/padding.ts";
import { placedVectors } from "./shared/placing.ts";
import { profileOf } from "./shared/profiles.ts";
import { Type } from "./shared/schema.ts";
import { numberOf, tensorOf, textOf } from "./shared/state.ts";
import { defaultTextModel, embedFilms, embedLikewise, type TextVectors } from "./shared/text-vectors.ts";

const textSettings = Type.Object({
  model: Type.String({
    default: defaultTextModel,
    description:
      "the embedding model: a name on the Hugging Face hub, or a folder with config.json, tokenizer.json and onnx/model.onnx",
  }),
});

export const textAlgorithm: Algorithm<Static<typeof textSettings>> = {
  name: "text",
  summary: "Sentence embeddings of titles and genres: films that read like those the user likes.",
  settings: textSettings,
  learnsFrom: "content",
  foldIn: "exact",

  // Of six layers, 384 wide: 2 × 10.6 million weights a token, some 15 tokens a film.
  estimate: ({ items }) => ({ bytes: 2 * 4 * 384 * items, operations: 2 * 10.6e6 * 15 * items }),

  async fit(train, { model }, context) {
    const { catalog, items } = train;
    const found = await embedFilms(catalog, model, context, "text is trained");
    return {
      algorithm: "text",
      facts: { liked: likedFrom(train), model, length: found.length },
      tensors: { items: { shape: [items.size, paddedLength(found.length)], data: paddedRows(found, items.size) } },
    };
  },

  open(state, engine) {
    const vectors = tensorOf(state, "items", Float32Array, undefined, undefined);
    const [items, width] = state.tensors.items.shape;
    checkPadded(state, width);
    const liked = numberOf(state, "liked");
    const arena = engine.arena();
    const y = arena.place(vectors);
    const described = Uint8Array.from({ length: items }, (_, item) =>
      y.subarray(item * width, (item + 1) * width).some(Boolean) ? 1 : 0,
    );

    /** Positions in a profile of the liked films that have a text. */
    function likedIn({ items: rated, values }: Profile): number[] {
      return [...rated.keys()].filter((n) => values[n] >= liked && described[rated[n]] === 1);
    }

    /** Σ y_i over these positions, and its length; zeros where there are none, or they cancel out. */
    function sumOf({ items: rated }: Profile, places: readonly number[]): { sum: Float64Array; norm: number } {
      const sum = new Float64Array(width);
      for (const n of places) for (let k = 0; k < width; k++) sum[k] += y[rated[n] * width + k];
      return { sum, norm: Math.sqrt(dot(sum, 0, sum, 0, width)) };
    }

    return {
      items,
      ask({ profile }): Answer {
        const places = likedIn(profile);
        const { sum, norm } = sumOf(profile, places);
        return {
          score(out) {
            using own = engine.arena();
            const x = own.place(Float32Array.from(sum, (value) => value / norm));
            const products = own.float32(items);
            rowProducts(engine, { y, x, out: products, width });
            for (let item = 0; item < items; item++) {
              out[item] = norm > 0 && described[item] ? products[item] : -Infinity;
            }
          },
          explain(item) {
            const parts = places.map((n): ExplanationPart => {
              const other = profile.items[n];
              const value = dot(y, other * width, y, item * width, width) / norm;
              return { kind: "rating", item: other, rating: profile.values[n], value };
            });
            return { parts };
          },
        };
      },
      similarItems(item, out) {
        for (let other = 0; other < items; other++) {
          const known = other !== item && described[item] && described[other];
          out[other] = known ? dot(y, item * width, y, other * width, width) : -Infinity;
        }
      },
      vectors: (_engine: Engine, arena: Arena): Vectors => ({
        length: width,
        items: arena.place(y),
        async foldIn(ratings, out, step) {
          for (let row = 0; row < ratings.rows; row++) {
            const profile = profileOf(ratings, row);
            const { sum, norm } = sumOf(profile, likedIn(profile));
            if (norm > 0) for (let k = 0; k < width; k++) out[row * width + k] = sum[k] / norm;
            await step?.(row + 1, ratings.rows);
          }
        },
      }),
      // Files of earlier versions do not say which embedder it was.
      ...(Object.hasOwn(state.facts, "model") ? { placeItems } : {}),
      [Symbol.dispose]: () => arena[Symbol.dispose](),
    };

    async function placeItems(state: State, items: NewItems, context: PlacingContext): Promise<PlacedItems> {
      const [model, length] = [textOf(state, "model"), numberOf(state, "length")];
      const found = await embedLikewise(length, items.catalog, model, context, "text places films");
      const added = items.order.length - items.known.length;
      const data = placedVectors(items, y, width, paddedRows(found, added));
      const described = new Set(found.items);
      const unplaced = Array.from({ length: added }, (_, n) => n).filter((n) => !described.has(n));
      const tensors = { items: { shape: [items.order.length, width], data } };
      return { state: { ...state, tensors }, unplaced };
    }
  },
};

/** The vectors with zeros after them, for all items; zeros alone where an item has no text. */
function paddedRows({ length, items, vectors }: TextVectors, rows: number): Float32Array {
  const width = paddedLength(length);
  const data = new Float32Array(rows * width);
  for (const [n, item] of items.entries()) data.set(vectors.subarray(n * length, (n + 1) * length), item * width);
  return data;
}
