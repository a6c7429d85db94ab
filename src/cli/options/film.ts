import type { ItemIndex } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import type { OpenModel } from "../../recommend/open-model.ts";
import { openPrompt } from "../terminal/prompt.ts";

/**
 * The film that a word on the command line means: its id, or else its title; id: or title: before it says which. Where
 * several films are meant, asks which on a terminal.
 * @throws ITEM_UNKNOWN; ITEM_AMBIGUOUS without a terminal, or with `json`
 */
export async function findFilm(
  { search }: Pick<OpenModel, "search">,
  word: string,
  json?: boolean,
): Promise<ItemIndex> {
  try {
    return search.byIdOrTitle(word);
  } catch (error) {
    const asks = error instanceof MatineeError && error.code === "ITEM_AMBIGUOUS" && process.stdin.isTTY && !json;
    if (!asks) throw error;
    using terminal = openPrompt();
    const answer = await terminal.ask(`${error.message}. Which id? `);
    if (answer === undefined) throw new MatineeError("CANCELLED", "no film was chosen");
    return search.byId(answer.trim().replace(/^id:/, ""));
  }
}
