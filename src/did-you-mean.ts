import { closest, distance } from "fastest-levenshtein";

/** The choice that is closest to a misspelt word; undefined where none is close. */
function closestWord(word: string, choices: readonly string[]): string | undefined {
  if (choices.length === 0) return undefined;
  const found = closest(word, choices as string[]);
  return distance(word.toLowerCase(), found.toLowerCase()) <= Math.max(2, word.length / 3) ? found : undefined;
}

/** "did you mean x? " where a choice is close, "" otherwise. */
export function didYouMean(word: string, choices: readonly string[]): string {
  const found = closestWord(word, choices);
  return found === undefined ? "" : `did you mean ${found}? `;
}
