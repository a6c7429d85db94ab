/**
 * What approximate search for neighbours loses: users in a graph index, each as a projection of their ratings on random
 * directions.
 */
import { type Dataset, MatineeError, type OpenModel, profileOf } from "../../core.ts";
import { hnsw, random } from "../../index.ts";
import { mean, type StepTools } from "../experiment.ts";

/** Random directions of +1 and −1 for each film; the error of a cosine is about 1 / √128. */
const directions = 128;

export interface SearchComparison {
  /** Milliseconds for one user. */
  readonly exact: number;
  readonly approximate: number;
  /** Share of the true neighbours that the index finds. */
  readonly recall: number;
}

/**
 * Finds the neighbours of the first users, by comparing them with all users and by the index.
 *
 * @param centred a `user-knn` of these data that compares ratings minus the user's mean
 * @param users how many users to search for
 * @returns undefined where the optional package of the index is not installed
 */
export async function compareSearches(
  data: Dataset,
  centred: OpenModel,
  users: number,
  tools: StepTools,
): Promise<SearchComparison | undefined> {
  const makeIndex = loadIndex();
  if (!makeIndex) return undefined;
  const start = performance.now();
  const exact: Set<number>[] = [];
  for (let user = 0; user < users; user++) {
    const found = centred.model.ask({ profile: profileOf(data.byUser, user), user }).neighbours!();
    exact.push(new Set(found.map((neighbour) => neighbour.user)));
    await tools.step(user, users);
  }
  const compared = performance.now();
  const vectors = projectUsers(data, tools.seed);
  const index = await makeIndex(vectors, directions, tools.step);
  const made = performance.now();
  const wanted = 1 + Math.max(...exact.map(({ size }) => size)); // the user themselves too
  const found = index.candidates(vectors.subarray(0, users * directions), wanted);
  const end = performance.now();
  const hits = exact.map(
    (own, user) => found.subarray(user * wanted, (user + 1) * wanted).filter((other) => own.has(other)).length,
  );
  const total = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0);
  return {
    exact: (compared - start) / users,
    approximate: (end - made) / users,
    recall: total(hits) / total(exact.map(({ size }) => size)),
  };
}

function loadIndex() {
  try {
    return hnsw();
  } catch (error) {
    if (error instanceof MatineeError && error.code === "PACKAGE_MISSING") return undefined;
    throw error;
  }
}

/** float32 [users × directions], each row of length 1. */
function projectUsers({ byUser }: Dataset, seed: number): Float32Array {
  const { float } = random(seed);
  const signs = Float32Array.from({ length: byUser.columns * directions }, () => (float() < 0.5 ? -1 : 1));
  const vectors = new Float32Array(byUser.rows * directions);
  for (let user = 0; user < byUser.rows; user++) {
    const { items, values } = profileOf(byUser, user);
    const centre = mean(values);
    const vector = vectors.subarray(user * directions, (user + 1) * directions);
    items.forEach((item, n) => {
      for (let k = 0; k < directions; k++) vector[k] += (values[n] - centre) * signs[item * directions + k];
    });
    const length = Math.hypot(...vector) || 1;
    for (let k = 0; k < directions; k++) vector[k] /= length;
  }
  return vectors;
}
