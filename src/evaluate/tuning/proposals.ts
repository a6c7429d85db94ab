/** Which settings are tried next: a grid, chance, or a model of what was measured. Each gives nothing twice. */
import { MatineeError } from "../../errors.ts";
import { random } from "../../random.ts";
import type { Dimension, Values } from "./search-space.ts";
import { proposal } from "./tpe.ts";

/** The next settings, after those that were tried (best first); undefined where there are no more. */
export type Propose = (ranked: readonly Values[]) => Values | undefined;

/** How many draws in a row may be settings that were tried before, until there are taken to be no others. */
const patience = 200;

/** @throws USAGE where a grid has more than so many points */
export function proposer(
  method: "grid" | "random" | "model",
  space: readonly Dimension[],
  trials: number,
  seed: number,
): Propose {
  if (method === "grid") {
    const points = grid(space, trials).values();
    return () => points.next().value;
  }
  const draw = random(seed);
  const tried = new Set<string>();
  return (ranked) => {
    for (let n = 0; n < patience; n++) {
      // where the model insists on what was tried, chance goes on
      const places = method === "model" && n < patience / 2 ? proposal(space, ranked, draw) : proposal(space, [], draw);
      const values = valuesAt(space, places);
      const key = JSON.stringify(values);
      if (tried.has(key)) continue;
      tried.add(key);
      return values;
    }
    return undefined;
  };
}

function valuesAt(space: readonly Dimension[], places: readonly number[]): Values {
  return acting(space, Object.fromEntries(space.map(({ name, at }, n) => [name, at(places[n])])));
}

/** Without the settings that do nothing beside the others. */
function acting(space: readonly Dimension[], values: Values): Values {
  if (space.every(({ acts }) => !acts)) return values;
  return Object.fromEntries(space.flatMap(({ name, acts }) => (!acts || acts(values) ? [[name, values[name]]] : [])));
}

/**
 * All lists crossed with as many values of each range, ends included, as the trials allow; the last setting changes first. Points
 * that differ by settings that do nothing there are one.
 */
function grid(space: readonly Dimension[], trials: number): Values[] {
  const axes = (steps: number) =>
    space.map(({ values, at }) => values ?? [...new Set(Array.from({ length: steps }, (_, n) => at(n / (steps - 1))))]);
  const crossed = (steps: number) => {
    const all = axes(steps).reduce<Values[]>(
      (some, axis, n) => some.flatMap((values) => axis.map((value) => ({ ...values, [space[n].name]: value }))),
      [{}],
    );
    const points = all.map((values) => acting(space, values));
    return [...new Map(points.map((values) => [JSON.stringify(values), values])).values()];
  };
  const least = crossed(2).length;
  if (least > trials) {
    throw new MatineeError("USAGE", `a grid over these settings has at least ${least} points, for ${trials} trials`, {
      fix: `give --trials ${least}, or fewer values, or search with --search model`,
    });
  }
  let steps = 2;
  // integers may have no more values than this
  while (steps < trials && crossed(steps + 1).length <= trials) steps++;
  return crossed(steps);
}
