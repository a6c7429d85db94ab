import type { ItemIndex } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import type { Recommender } from "../../recommend/recommender.ts";
import { questions } from "../terminal/prompt.ts";

/**
 * The film that a word on the command line means: its id, or else its title. Where several films have the title, asks which
 * on a terminal; elsewhere (or for `json`) throws ITEM_AMBIGUOUS.
 */
export async function filmNamed({ info, search }: Recommender, word: string, json?: boolean): Promise<ItemIndex> {
  const item = info.items.index(word.trim());
  if (item >= 0) return item;
  try {
    return search.titled(word);
  } catch (error) {
    const asks = error instanceof MatineeError && error.code === "ITEM_AMBIGUOUS" && process.stdin.isTTY && !json;
    if (!asks) throw error;
    using terminal = questions();
    const answer = await terminal.ask(`${error.message}. Which id? `);
    if (answer === undefined) throw new MatineeError("CANCELLED", "no film was chosen");
    return search.identified(answer.trim());
  }
}
