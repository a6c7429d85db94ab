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

/**
 * The films that the words on the command line mean, one after the other, since a title may need an answer.
 * @throws what `findFilm` throws; USAGE where two words mean one film
 */
export async function findFilms(
  recommender: Pick<OpenModel, "search" | "info">,
  words: readonly string[],
  json?: boolean,
): Promise<ItemIndex[]> {
  const found = new Map<ItemIndex, string>();
  for (const word of words) {
    const item = await findFilm(recommender, word, json);
    const before = found.get(item);
    if (before !== undefined) {
      const both = before === word ? `"${word}" is given twice` : `"${before}" and "${word}" are the same film`;
      throw new MatineeError("USAGE", both, { fix: "give it once" });
    }
    found.set(item, word);
  }
  return [...found.keys()];
}
