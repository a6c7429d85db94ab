/** The flag that blends a hybrid by other weights. */
import { type Command, InvalidArgumentError } from "commander";
import { reweight } from "../../recommend/blend.ts";
import type { OpenModel } from "../../recommend/open-model.ts";

export interface BlendFlags {
  blend?: Record<string, number>;
}

export function addBlendOption(command: Command): Command {
  return command.option(
    "--blend <part=n,...>",
    "other weights for the parts of a hybrid, which is not trained anew",
    parseBlend,
  );
}

/** The opened model by the weights of the flag, where it is given. @throws CAPABILITY_MISSING, USAGE */
export function blendAsFlagged(opened: OpenModel, { blend }: BlendFlags): OpenModel {
  return blend ? reweight(opened, blend) : opened;
}

/** "als=.7,tfidf=.3" → { als: 0.7, tfidf: 0.3 } */
function parseBlend(text: string): Record<string, number> {
  const parts = text.split(",").map((part) => /^\s*([^=\s]+)\s*=\s*([\d.]+)\s*$/.exec(part));
  const weights = parts.map((match): [string, number] => [match?.[1] ?? "", Number(match?.[2] ?? Number.NaN)]);
  const names = new Set(weights.map(([name]) => name));
  if (names.size < weights.length || weights.some(([, weight]) => Number.isNaN(weight))) {
    throw new InvalidArgumentError("It takes parts, each once, with numbers from 0, such as als=.7,tfidf=.3.");
  }
  return Object.fromEntries(weights);
}
