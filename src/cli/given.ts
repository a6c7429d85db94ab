/** Ratings that somebody gave, in a file: the body of POST /api/v1/recommendations. */
import { readFile, writeFile } from "node:fs/promises";
import { Type } from "typebox";
import { Check } from "typebox/value";
import type { Id } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import { replaced } from "./target.ts";

export interface Given {
  readonly id: Id;
  readonly rating: number;
}

const shape = Type.Object({
  ratings: Type.Array(Type.Object({ id: Type.Union([Type.Number(), Type.String()]), rating: Type.Number() })),
});

/** @throws DATA_NOT_FOUND where there is no such file, DATA_LAYOUT where it holds anything else */
export async function readGiven(file: string): Promise<readonly Given[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    const message = `${file} cannot be read: ${(cause as Error).message}`;
    throw new MatineeError("DATA_NOT_FOUND", message, { fix: "check the path", cause });
  }
  const content = parsed(text);
  if (Check(shape, content)) return content.ratings;
  throw new MatineeError("DATA_LAYOUT", `${file} holds no ratings as matinee rate saves them`, {
    fix: 'it must read {"ratings": [{"id": 260, "rating": 5}, …]}',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The file holds all of them or is as it was. @throws WRITE_FAILED */
export async function writeGiven(file: string, ratings: readonly Given[]): Promise<void> {
  await replaced(file, async (name) => {
    const path = name(".json");
    await writeFile(path, `${JSON.stringify({ ratings })}\n`, { flag: "wx", flush: true });
    return path;
  });
}
