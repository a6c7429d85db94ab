import { createInterface } from "node:readline/promises";
import type { ItemIndex } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import type { Recommender } from "../recommend/recommender.ts";

/**
 * The film that a word on the command line means: its id, or else its title. Where several films have the title, asks which
 * on a terminal; elsewhere (or for `json`) throws ITEM_AMBIGUOUS.
 */
export async function filmNamed({ space, search }: Recommender, word: string, json?: boolean): Promise<ItemIndex> {
  const item = space.items.index(word.trim());
  if (item >= 0) return item;
  if (/^\d+$/.test(word.trim()) && typeof space.items.values[0] === "number") return search.identified(Number(word));
  try {
    return search.titled(word);
  } catch (error) {
    const asks = error instanceof MatineeError && error.code === "ITEM_AMBIGUOUS" && process.stdin.isTTY && !json;
    if (!asks) throw error;
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const answer = await terminal.question(`${error.message}. Which id? `);
      return search.identified(answer.trim());
    } finally {
      terminal.close();
    }
  }
}
