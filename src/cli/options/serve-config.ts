/** The configuration file of `matinee serve`. */
import { readFile } from "node:fs/promises";
import { checkOptions } from "../../check-arguments.ts";
import { MatineeError } from "../../errors.ts";
import type { RetrainSchedule } from "../../retraining/schedule.ts";
import type { ServerOptions } from "../../server/options.ts";

/** What the file may hold: what flags say, and what they have no room for. */
export interface ServeConfiguration
  extends Pick<ServerOptions, "hosts" | "origins" | "limits" | "events" | "scenarios"> {
  readonly store?: string;
  /** The folder of models. */
  readonly models?: string;
  /** When and how the server retrains. */
  readonly retrain?: RetrainSchedule;
}

const names = Object.keys({
  hosts: true,
  origins: true,
  limits: true,
  events: true,
  scenarios: true,
  store: true,
  models: true,
  retrain: true,
} satisfies Record<keyof ServeConfiguration, true>);

/** Reads a file of JSON, whose keys are checked; the server checks the values. @throws USAGE */
export async function readServeConfiguration(path: string): Promise<ServeConfiguration> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const what = cause.code === "ENOENT" ? "there is no such configuration file" : "the configuration cannot be read";
    throw new MatineeError("USAGE", `${path}: ${what}`, { fix: "give a file of JSON with --config", cause });
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new MatineeError("USAGE", `${path} is no JSON: ${(cause as Error).message}`, {
      fix: "see docs/operations.md for what it may hold",
      cause,
    });
  }
  checkOptions(path, content, names);
  return content as ServeConfiguration;
}
