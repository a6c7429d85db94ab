/** Films as embeddings of their titles and genres. */
import { descriptionOf } from "../../content/description.ts";
import type { Catalog } from "../../data/catalog.ts";
import { MatineeError } from "../../errors.ts";
import type { PlacingContext } from "../model.ts";

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
 * @param what needs the vectors, for messages: "text is trained"
 * @throws CAPABILITY_MISSING without an embedder, and what that throws
 */
export async function embedFilms(
  catalog: Catalog,
  model: string,
  { engine, embedder, step }: PlacingContext,
  what: string,
): Promise<TextVectors> {
  if (!embedder) {
    throw new MatineeError("CAPABILITY_MISSING", `${what} with an embedder, and none is given`, {
      fix: "in Node: give the option { embedder: onnxEmbedder() }",
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

/** Vectors of films for a model that was trained with vectors of some length. @throws TEXT_MODEL where they have another */
export async function embedLikewise(
  length: number,
  ...[catalog, model, context, what]: Parameters<typeof embedFilms>
): Promise<TextVectors> {
  const found = await embedFilms(catalog, model, context, what);
  if (found.length === length) return found;
  const message = `the embedder gives vectors of ${found.length} numbers, and the model was trained on ${length}`;
  throw new MatineeError("TEXT_MODEL", message, { fix: `give the embedder of training, ${model}` });
}
