/** Ratings that somebody gave, in a file: the body of POST /api/v1/recommendations. */
import { readFile } from "node:fs/promises";
import type { Id } from "../../data/ids.ts";
import { MatineeError } from "../../errors.ts";
import { writeText } from "../terminal/target.ts";

export interface Given {
  readonly id: Id;
  readonly rating: number;
}

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
  const ratings: unknown = typeof content === "object" && content && "ratings" in content ? content.ratings : undefined;
  if (Array.isArray(ratings) && ratings.every(isGiven)) return ratings;
  throw new MatineeError("DATA_LAYOUT", `${file} holds no ratings as matinee rate saves them`, {
    fix: 'it must read {"ratings": [{"id": 260, "rating": 5}, …]}',
  });
}

function isGiven(value: unknown): value is Given {
  if (typeof value !== "object" || !value || !("id" in value && "rating" in value)) return false;
  return (typeof value.id === "number" || typeof value.id === "string") && typeof value.rating === "number";
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
  await writeText(file, `${JSON.stringify({ ratings })}\n`);
}
