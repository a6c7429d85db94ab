/** One user's ratings as a JSON file, in the form of the body of POST /api/v1/recommendations. For Node alone. */
import { readFile } from "node:fs/promises";
import { MatineeError } from "../errors.ts";
import { replaceText } from "../replace-file.ts";
import type { RatingOfFilm } from "./request.ts";

/**
 * Reads the ratings of one user, as `matinee rate --save` and `writeRatingsFile` write them.
 *
 * @throws DATA_NOT_FOUND, DATA_LAYOUT
 * @example
 * import { readRatingsFile, writeRatingsFile } from "matinee";
 * await writeRatingsFile("mine.json", [{ id: 260, rating: 5 }]);
 * await recommender.recommend({ ratings: await readRatingsFile("mine.json") });
 */
export async function readRatingsFile(file: string): Promise<readonly RatingOfFilm[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    const message = `${file} cannot be read: ${(cause as Error).message}`;
    throw new MatineeError("DATA_NOT_FOUND", message, { fix: "check the path", cause });
  }
  const content = parseJson(text);
  const ratings: unknown = typeof content === "object" && content && "ratings" in content ? content.ratings : undefined;
  if (Array.isArray(ratings) && ratings.every(isRatingOfFilm)) return ratings;
  throw new MatineeError("DATA_LAYOUT", `${file} holds no ratings as matinee rate saves them`, {
    fix: 'it must read {"ratings": [{"id": 260, "rating": 5}, …]}',
  });
}

/**
 * Writes the ratings of one user, for `readRatingsFile` and `matinee recommend --ratings`. The file is replaced in one step.
 *
 * @throws WRITE_FAILED
 * @example
 * import { writeRatingsFile } from "matinee";
 * await writeRatingsFile("mine.json", [{ id: 260, rating: 5 }]);
 */
export async function writeRatingsFile(file: string, ratings: readonly RatingOfFilm[]): Promise<void> {
  await replaceText(file, `${JSON.stringify({ ratings })}\n`);
}

function isRatingOfFilm(value: unknown): value is RatingOfFilm {
  if (typeof value !== "object" || !value || !("id" in value && "rating" in value)) return false;
  return (typeof value.id === "number" || typeof value.id === "string") && typeof value.rating === "number";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
