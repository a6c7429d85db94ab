/** Films as embeddings of their titles and genres. */
import { descriptionOf } from "../../content/description.ts";
import type { Catalog } from "../../data/catalog.ts";
import { MatineeError } from "../../errors.ts";
import type { FitContext } from "../model.ts";

export const defaultTextModel = "sentence-transformers/all-MiniLM-L6-v2";

export interface TextVectors {
  readonly length: number;
  /** The items that have a text, ascending. */
  readonly items: Int32Array;
  /** float32 [items × length], each of length 1. */
  readonly vectors: Float32Array;
}

/**
 * @param model of the embedder
 * @param who the model that needs the vectors, for messages
 * @throws CAPABILITY_MISSING without an embedder, and what that throws
 */
export async function embedFilms(
  catalog: Catalog,
  model: string,
  { engine, embedder, step }: FitContext,
  who: string,
): Promise<TextVectors> {
  if (!embedder) {
    throw new MatineeError("CAPABILITY_MISSING", `${who} is trained with an embedder, and none is given`, {
      fix: `in Node: fit(data, "${who.split(" ")[0]}", { embedder: onnxEmbedder() })`,
    });
  }
  const texts = catalog.titles.map((_, item) => descriptionOf(catalog, item));
  const items = Int32Array.from(texts.keys()).filter((item) => texts[item] !== "");
  const { length, embed } = await embedder(model, engine.threads);
  const vectors = await embed(
    Array.from(items, (item) => texts[item]),
    step,
  );
  return { length, items, vectors };
}
