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
  try {
    return search.titled(word);
  } catch (error) {
    const asks = error instanceof MatineeError && error.code === "ITEM_AMBIGUOUS" && process.stdin.isTTY && !json;
    if (!asks) throw error;
    return search.identified((await asked(`${error.message}. Which id? `)).trim());
  }
}

/** The answer typed to a question; Ctrl-C and Ctrl-D end it as CANCELLED. */
async function asked(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const gone = new Promise<never>((_, reject) => {
    terminal.once("close", () => reject(new MatineeError("CANCELLED", "no film was chosen")));
  });
  try {
    return await Promise.race([terminal.question(question), gone]);
  } finally {
    terminal.close();
  }
}
