/** Films as vectors by what their titles and genres say, for models that read them. */
import { descriptionOf } from "../../content/description.ts";
import type { Catalog } from "../../data/catalog.ts";
import { MatineeError } from "../../errors.ts";
import type { FitContext } from "../model.ts";

export const usualTextModel = "sentence-transformers/all-MiniLM-L6-v2";

export interface TextVectors {
  readonly length: number;
  /** The items of which something is said, ascending. */
  readonly told: Int32Array;
  /** float32 [told × length], each of length 1. */
  readonly vectors: Float32Array;
}

/**
 * @param who needs them, for messages
 * @throws CAPABILITY_MISSING without an embedder, and what that throws
 */
export async function textVectorsOf(
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
  const told = Int32Array.from(texts.keys()).filter((item) => texts[item] !== "");
  const { length, embed } = await embedder(model, engine.threads);
  const vectors = await embed(
    Array.from(told, (item) => texts[item]),
    step,
  );
  return { length, told, vectors };
}
