/** What is told of the models of a folder, loaded or not. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { stampOfStats } from "../../artifact/stored-rows.ts";
import { readArtifactSummary } from "../../artifact/summary.ts";
import { type ErrorCode, MatineeError } from "../../errors.ts";
import { algorithms } from "../../models/registry.ts";
import type { ListedModel } from "./describe-model.ts";

/** A file that should be a model, and is none that answers. */
export interface RefusedModel {
  readonly name: string;
  readonly bytes: number;
  readonly created: number;
  readonly code: ErrorCode;
  readonly detail: string;
}

/** The models of a server, and the files that cannot be used. */
export interface ListedModels {
  readonly models: readonly ListedModel[];
  readonly refused: readonly RefusedModel[];
}

const ending = ".matinee";
const fileName = /^[a-z0-9][a-z0-9._-]{0,99}\.matinee$/;
/** A file of a longer header is not listed without having been checked. */
const mostListedHeader = 2 ** 20;

export function modelPath(folder: string, name: string): string {
  return join(folder, name + ending);
}

/** A text that is another one where a file is another one; undefined where there is none. */
export async function stampOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && stampOfStats(found);
}

/** What went wrong with a model, in words without the path of its file. */
export function problemText(path: string, name: string, error: unknown): { code: ErrorCode; detail: string } {
  if (!(error instanceof MatineeError)) return { code: "INTERNAL", detail: `${name}: it could not be loaded` };
  return { code: error.code, detail: error.message.replaceAll(path, name) };
}

/** Lists the models of a folder, the newest first. What a file says of itself is read once. */
export function modelLister(folder: string): () => Promise<ListedModels> {
  const known = new Map<string, { readonly stamp: string; readonly told: ListedModel | RefusedModel }>();
  return async () => {
    const names = await readdir(folder).catch(() => []);
    const found = await Promise.all(
      names.filter((name) => fileName.test(name)).map((file) => describeFile(file.slice(0, -ending.length))),
    );
    const told = found.filter((one) => one !== undefined).sort((a, b) => (b.created ?? 0) - (a.created ?? 0));
    for (const name of known.keys()) if (!told.some((one) => one.name === name)) known.delete(name);
    return {
      models: told.filter((one): one is ListedModel => !("code" in one)),
      refused: told.filter((one): one is RefusedModel => "code" in one),
    };
  };

  async function describeFile(name: string): Promise<ListedModel | RefusedModel | undefined> {
    const path = modelPath(folder, name);
    const stamp = await stampOf(path);
    if (stamp === undefined) return undefined;
    const before = known.get(name);
    if (before?.stamp === stamp) return before.told;
    const { size: bytes, mtimeMs } = await stat(path);
    const file = { name, bytes, created: Math.floor(mtimeMs / 1000) };
    let told: ListedModel | RefusedModel;
    try {
      const summary = await readArtifactSummary(path, { file: Number.POSITIVE_INFINITY, header: mostListedHeader });
      const known = algorithms.find((one) => one.name === summary.algorithm);
      told = { ...file, summary: known?.summary ?? "", ...summary };
    } catch (error) {
      told = { ...file, ...problemText(path, name, error) };
    }
    known.set(name, { stamp, told });
    return told;
  }
}
