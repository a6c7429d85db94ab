import { closest, distance } from "fastest-levenshtein";

/** The choice that a misspelt word is likely to mean; undefined where none is near. */
export function closestWord(word: string, choices: readonly string[]): string | undefined {
  if (choices.length === 0) return undefined;
  const near = closest(word, choices as string[]);
  return distance(word.toLowerCase(), near.toLowerCase()) <= Math.max(2, word.length / 3) ? near : undefined;
}

/** "did you mean x? " where a choice is near, "" otherwise. */
export function didYouMean(word: string, choices: readonly string[]): string {
  const near = closestWord(word, choices);
  return near === undefined ? "" : `did you mean ${near}? `;
}
