/** What study 000 saves. */
import {
  type Dataset,
  decodeArtifact,
  encodeArtifact,
  type Model,
  openModel,
  profileOf,
  type Trained,
} from "../../core.ts";
import type { Section } from "../../report/index.ts";
import { tableBlock } from "../experiment.ts";

/** @param model `trained`, opened */
export async function savedSection(
  { users, items, byUser }: Dataset,
  trained: Trained,
  model: Model,
): Promise<Section> {
  const { header, chunks } = await encodeArtifact(trained);
  const bytes = new Uint8Array(Buffer.concat([header, ...chunks]));
  using again = openModel(await decodeArtifact(bytes, "the model"));
  const [before, after] = [model, again.model].map((one) => {
    const scores = new Float32Array(items.size);
    one.ask({ profile: profileOf(byUser, 0), user: 0 }).score(scores);
    return scores;
  });
  const same = before.every((score, item) => score === after[item]);
  return {
    name: "saved",
    title: "The model in a file",
    text: [
      "The index with every empty cell takes around 37 GB as a file, so In [57] does not write it. In [59] saves the ratings as a sparse matrix and In [61] the dictionaries of ids, each in a file of its own; the lines that would load them are commented out. " +
        "Ids and matrix that come from different runs fit no more, and nothing would say so.",
      "A model file of Matinee has ratings, ids, titles and settings together. It needs no index, since people are compared by the ratings that there are.",
    ],
    blocks: [
      tableBlock(
        "file",
        "Saved and loaded",
        ["what", "printed", "here"],
        [
          [
            "people × films with all empty cells, MB (text before In [57])",
            37_000,
            (4 * users.size * items.size) / 1e6,
          ],
          ["the model in a file, MB", null, bytes.length / 1e6],
          ["the same scores after loading", null, same ? "yes" : "no"],
        ],
      ),
    ],
  };
}
