/** Vectors of users and items whose inner products are a model's scores. */
import { type Engine, localEngine } from "../compute/engine.ts";
import type { ProgressOptions } from "../data/progress.ts";
import { MatineeError } from "../errors.ts";
import { stepper } from "../models/fit.ts";
import type { NodeVectors } from "../models/model.ts";
import { present } from "../present.ts";
import type { OpenModel } from "./open-model.ts";
import type { UserRatings } from "./query.ts";

/** Rows of `length` numbers in single precision, one after another. */
export interface Factors {
  readonly length: number;
  readonly items: Float32Array;
  /** For the users whose ratings were given, in their order: by fold-in. */
  readonly users?: Float32Array;
  /** Of the genres and tags that have a place among the films, by their numbers in the film graph. */
  readonly nodes?: readonly NodeVectors[];
}

/** Options of `factorsOf`. */
export interface FactorsOptions extends ProgressOptions {
  /** The users whose vectors are asked for. */
  readonly users?: UserRatings;
  /** Where the loops run; on the calling thread unless given. */
  readonly engine?: Engine;
}

/**
 * The vectors of all items and, if their ratings are given, of users.
 *
 * @throws CAPABILITY_MISSING where the model's scores are no inner products; CANCELLED
 * @example
 * import { factorsOf } from "matinee/core";
 * import { als, train } from "matinee";
 * using trained = await train(data, als({ factors: 8 }));
 * const { length, items } = await factorsOf(trained.opened);
 */
export async function factorsOf(
  { name, model }: Pick<OpenModel, "name" | "model">,
  options: FactorsOptions = {},
): Promise<Factors> {
  const { users, engine, ...progress } = options;
  if (!model.vectors) {
    throw new MatineeError("CAPABILITY_MISSING", `the model ${name} has no vectors of users and films`, {
      fix: "use one that has, such as als or text",
    });
  }
  using made = engine === undefined ? localEngine() : undefined;
  const place = engine ?? made!;
  using arena = place.arena();
  const vectors = model.vectors(place, arena);
  const own = { length: vectors.length, items: vectors.items.slice(), ...present({ nodes: vectors.nodes }) };
  if (!users) return own;
  const out = arena.float32(users.byUser.rows * vectors.length);
  await vectors.foldIn(users.byUser, out, stepper("making vectors", progress));
  return { ...own, users: out.slice() };
}
