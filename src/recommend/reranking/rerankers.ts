/** Every reranker by name. Not part of the core: two of them need Node. */
import type { TObject } from "typebox";
import { MatineeError } from "../../errors.ts";
import { languageModelConfig } from "../language-model.ts";
import { crossEncoder, crossEncoderConfig } from "./cross-encoder.ts";
import { llm } from "./llm.ts";
import { mmr, mmrConfig } from "./mmr.ts";
import type { Reranker } from "./rerank.ts";

export interface RerankerKind {
  readonly name: string;
  /** One line for users to read. */
  readonly summary: string;
  readonly config: TObject;
  /** @throws CONFIG_INVALID, and what the reranker throws where something that it needs is missing */
  make(set: Readonly<Record<string, unknown>>, options?: { readonly device?: string }): Reranker;
}

export const rerankers: readonly RerankerKind[] = [
  { name: "mmr", summary: "Variety: films unlike those before them move up.", config: mmrConfig, make: mmr },
  {
    name: "cross-encoder",
    summary: "A cross-encoder reads what the user likes together with each candidate.",
    config: crossEncoderConfig,
    make: crossEncoder,
  },
  {
    name: "llm",
    summary: "A language model behind an OpenAI-compatible server ranks, or proposes films itself.",
    config: languageModelConfig,
    make: llm,
  },
];

/** @throws USAGE where no reranker has this name */
export function rerankerNamed(name: string): RerankerKind {
  const found = rerankers.find((kind) => kind.name === name);
  if (found) return found;
  throw new MatineeError("USAGE", `there is no second stage "${name}"`, {
    fix: `there are ${rerankers.map((kind) => kind.name).join(", ")}`,
  });
}
