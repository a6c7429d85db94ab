import { checkNumber, quoteArgument } from "../check-arguments.ts";
import { MatineeError } from "../errors.ts";
import { configure } from "../models/configure.ts";
import type { Json } from "../models/model.ts";

/** How models are retrained: what the section `retrain` of the configuration may say of it, too. */
export interface RetrainSettings {
  /** The algorithm; that of the active model unless given, and of a first model the best for the size of the data. */
  readonly model?: string;
  /** Settings that are to differ from the active model's, or from the defaults of `model`. */
  readonly settings?: Readonly<Record<string, Json>>;
  /**
   * How far below the active model's NDCG@10 that of the new one may be where a test finds no difference, as a share of it; 0.05 unless
   * given.
   */
  readonly margin?: number;
  /** How many models of retraining stay in the folder; 5 unless given. Those in use stay in any case. */
  readonly keep?: number;
  /** Seed of the models and the tests; 0 unless given. */
  readonly seed?: number;
  /** Threads to work with; 1 unless given. */
  readonly threads?: number;
  /** Bytes that the process may take; all that is free unless given. */
  readonly memory?: number;
  /** The file of a private key that the models are signed with, for servers that take signed models only; `matinee sign --new-key` makes one. */
  readonly signingKey?: string;
}

/** Their names. */
export const retrainSettingNames: readonly string[] = Object.keys({
  model: true,
  settings: true,
  margin: true,
  keep: true,
  seed: true,
  threads: true,
  memory: true,
  signingKey: true,
} satisfies Record<keyof RetrainSettings, true>);

/** Checks what the configuration may say of retraining. @throws USAGE, CONFIG_INVALID, MODEL_UNKNOWN */
export function checkRetrainSettings(
  call: string,
  { model, settings, margin, keep, seed, threads, memory, signingKey }: RetrainSettings,
): void {
  if (model !== undefined) configure(model, settings);
  checkNumber(call, "margin", margin, { least: 0, most: 1 });
  checkNumber(call, "keep", keep, { least: 1, whole: true });
  checkNumber(call, "seed", seed, { least: 0, whole: true });
  checkNumber(call, "threads", threads, { least: 1, whole: true });
  checkNumber(call, "memory", memory, { least: 1 });
  if (signingKey !== undefined && typeof signingKey !== "string") {
    throw new MatineeError("USAGE", `${call}: signingKey is ${quoteArgument(signingKey)}`, {
      fix: "name the key's file",
    });
  }
}
