/** People found by an index: each one's ratings along some random directions, in a graph. What approximate search loses. */
import { type Dataset, hnsw, MatineeError, profileOf, type Recommender, random } from "../../index.ts";
import type { StepTools } from "../experiment.ts";

/** Along each a film counts +1 or −1; cosines of so many numbers are off by about 1 / √128. */
const directions = 128;

export interface SearchComparison {
  /** Milliseconds a person. */
  readonly exact: number;
  readonly approximate: number;
  /** Share of a person's nearest that the index finds among as many. */
  readonly recall: number;
}

/**
 * The people nearest to the first so many, compared with all and by the index.
 *
 * @param centred a `user-knn` of these data that compares ratings less each one's mean
 * @returns undefined where the optional package of the index is not there
 */
export async function compareSearches(
  data: Dataset,
  centred: Recommender,
  asked: number,
  watch: StepTools,
): Promise<SearchComparison | undefined> {
  const make = indexMaker();
  if (!make) return undefined;
  const start = performance.now();
  const exact: Set<number>[] = [];
  for (let user = 0; user < asked; user++) {
    const found = centred.model.ask({ profile: profileOf(data.byUser, user), user }).neighbours!();
    exact.push(new Set(found.map((neighbour) => neighbour.user)));
    await watch.step(user, asked);
  }
  const compared = performance.now();
  const vectors = projectUsers(data, watch.seed);
  const index = await make(vectors, directions, watch.step);
  const made = performance.now();
  const wanted = 1 + Math.max(...exact.map(({ size }) => size)); // themselves too
  const found = index.candidates(vectors.subarray(0, asked * directions), wanted);
  const end = performance.now();
  const hits = exact.map(
    (own, user) => found.subarray(user * wanted, (user + 1) * wanted).filter((other) => own.has(other)).length,
  );
  const total = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0);
  return {
    exact: (compared - start) / asked,
    approximate: (end - made) / asked,
    recall: total(hits) / total(exact.map(({ size }) => size)),
  };
}

function indexMaker() {
  try {
    return hnsw();
  } catch (error) {
    if (error instanceof MatineeError && error.code === "PACKAGE_MISSING") return undefined;
    throw error;
  }
}

/** float32 [people × directions], each row of length 1. */
function projectUsers({ byUser }: Dataset, seed: number): Float32Array {
  const { float } = random(seed);
  const signs = Float32Array.from({ length: byUser.columns * directions }, () => (float() < 0.5 ? -1 : 1));
  const vectors = new Float32Array(byUser.rows * directions);
  for (let user = 0; user < byUser.rows; user++) {
    const { items, values } = profileOf(byUser, user);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const vector = vectors.subarray(user * directions, (user + 1) * directions);
    items.forEach((item, n) => {
      for (let k = 0; k < directions; k++) vector[k] += (values[n] - mean) * signs[item * directions + k];
    });
    const length = Math.hypot(...vector) || 1;
    for (let k = 0; k < directions; k++) vector[k] /= length;
  }
  return vectors;
}
