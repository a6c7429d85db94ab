/** Proposes settings to try: from a grid, at random, or by a model of earlier trials. Nothing is proposed twice. */
import { MatineeError } from "../../errors.ts";
import { random } from "../../random.ts";
import type { SearchDimension, SettingValues } from "./search-space.ts";
import { proposePlaces } from "./tpe.ts";

/** Proposes the next settings, given those that were tried, best first; undefined where there are no more. */
export type Proposer = (ranked: readonly SettingValues[]) => SettingValues | undefined;

/** How many draws in a row may repeat earlier settings before the space counts as exhausted. */
const patience = 200;

/** @throws USAGE where a grid has more points than `trials` */
export function makeProposer(
  method: "grid" | "random" | "model",
  space: readonly SearchDimension[],
  trials: number,
  seed: number,
): Proposer {
  if (method === "grid") {
    const points = gridPoints(space, trials).values();
    return () => points.next().value;
  }
  const draw = random(seed);
  const tried = new Set<string>();
  return (ranked) => {
    for (let n = 0; n < patience; n++) {
      // where the model keeps repeating itself, draw at random
      const places =
        method === "model" && n < patience / 2 ? proposePlaces(space, ranked, draw) : proposePlaces(space, [], draw);
      const values = valuesAt(space, places);
      const key = JSON.stringify(values);
      if (tried.has(key)) continue;
      tried.add(key);
      return values;
    }
    return undefined;
  };
}

function valuesAt(space: readonly SearchDimension[], places: readonly number[]): SettingValues {
  return withoutIdle(space, Object.fromEntries(space.map(({ name, valueAt }, n) => [name, valueAt(places[n])])));
}

/** Without the settings that do nothing beside the others. */
function withoutIdle(space: readonly SearchDimension[], values: SettingValues): SettingValues {
  if (space.every(({ acts }) => !acts)) return values;
  return Object.fromEntries(space.flatMap(({ name, acts }) => (!acts || acts(values) ? [[name, values[name]]] : [])));
}

/**
 * Every combination of the listed values and of evenly spaced values of each range, ends included. Ranges get as many values as
 * `trials` allows. The last setting changes first. Combinations that differ only by settings that do nothing in them are one point.
 */
function gridPoints(space: readonly SearchDimension[], trials: number): SettingValues[] {
  const axes = (steps: number) =>
    space.map(
      ({ values, valueAt }) =>
        values ?? [...new Set(Array.from({ length: steps }, (_, n) => valueAt(n / (steps - 1))))],
    );
  const pointsOf = (steps: number) => {
    const all = axes(steps).reduce<SettingValues[]>(
      (some, axis, n) => some.flatMap((values) => axis.map((value) => ({ ...values, [space[n].name]: value }))),
      [{}],
    );
    const points = all.map((values) => withoutIdle(space, values));
    return [...new Map(points.map((values) => [JSON.stringify(values), values])).values()];
  };
  const least = pointsOf(2).length;
  if (least > trials) {
    throw new MatineeError("USAGE", `a grid over these settings has at least ${least} points, for ${trials} trials`, {
      fix: `give --trials ${least}, or fewer values, or search with --search model`,
    });
  }
  let steps = 2;
  // ranges of integers may run out of values, so that more steps add no points
  while (steps < trials && pointsOf(steps + 1).length <= trials) steps++;
  return pointsOf(steps);
}
