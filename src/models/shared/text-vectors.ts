/** Films as embeddings of their titles and genres. */
import { descriptionOf } from "../../content/description.ts";
import type { Embedder, OpenEmbedder } from "../../content/embedder.ts";
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
 * Opens an embedder.
 * @param what needs it, for messages: "text is trained"
 * @throws CAPABILITY_MISSING where there is none, and what it throws
 */
export async function openTextModel(
  model: string,
  { embedder, threads }: { readonly embedder?: OpenEmbedder | undefined; readonly threads: number },
  what: string,
): Promise<Embedder> {
  if (embedder) return embedder(model, threads);
  throw new MatineeError("CAPABILITY_MISSING", `${what} with an embedder, and none is given`, {
    fix: "in Node: give the option { embedder: onnxEmbedder() }",
  });
}

/** The items of which something is said, ascending, and their texts. */
export function describedFilms(catalog: Catalog): { readonly items: Int32Array; readonly texts: readonly string[] } {
  const texts = catalog.titles.map((_, item) => descriptionOf(catalog, item));
  return {
    items: Int32Array.from(texts.keys()).filter((item) => texts[item] !== ""),
    texts: texts.filter((text) => text !== ""),
  };
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
  const { length, embed } = await openTextModel(model, { embedder, threads: engine.threads }, what);
  const { items, texts } = describedFilms(catalog);
  return { length, items, vectors: await embed(texts, step) };
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
