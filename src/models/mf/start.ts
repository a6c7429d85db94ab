/** Where the training of `mf` starts: at random, or at the vectors of an earlier training. */
import { type Arena, type Engine, placeCsr } from "../../compute/engine.ts";
import { mfCholesky } from "../../compute/kernels/mf.ts";
import type { Csr } from "../../matrix/csr.ts";
import type { Random } from "../../random.ts";
import type { EarlierTraining } from "../model.ts";
import { usersOf } from "../shared/kept-users.ts";
import { paddedLength } from "../shared/padding.ts";
import { tensorOf } from "../shared/state.ts";
import { biasUnit, type MfSides, type MfStart, systemOrder } from "./parameters.ts";
import type { MfSettings } from "./settings.ts";

/** Uniform factors, and biases of 0. */
export function randomFactors(
  { factors, biases, spread }: Pick<MfSettings, "factors" | "biases" | "spread">,
  { float }: Pick<Random, "float">,
): MfStart {
  // Without a mean to build on, factors of one sign start predictions on the right side of 0.
  const centre = biases === "mean+user+item" || biases === "damped" ? 0.5 : 0;
  return (_side, _row, k) => (k < factors ? spread * Math.sqrt(12) * (float() - centre) : 0);
}

/** The vectors of an earlier training and, for rows without one, those of another start. @throws ARTIFACT_CONTENT */
export function earlierFactors(
  from: EarlierTraining,
  { factors: f }: Pick<MfSettings, "factors">,
  other: MfStart,
): MfStart {
  const { state, shape } = from;
  const items = {
    rows: from.items,
    factors: tensorOf(state, "items", Float32Array, shape.items, f),
    bias: tensorOf(state, "itemBias", Float32Array, shape.items),
  };
  const kept = usersOf(state, f, shape.users);
  const users = kept && {
    rows: from.users,
    factors: kept,
    bias: tensorOf(state, "userBias", Float32Array, shape.users),
  };
  return (side, row, k) => {
    const known = side === "items" ? items : users;
    const at = known ? known.rows[row] : -1;
    if (!known || at < 0) return other(side, row, k);
    return k < f ? known.factors[at * f + k] : known.bias[at];
  };
}

/** A rating's least share of λ: with less, single precision cannot solve for users of fewer ratings than factors. */
const leastWeight = 1e-3;

/** Solves for the users' factors and biases, with those of the items as they are: a half-step of als, with λ n^ν of at least 10⁻³ n. */
export async function solveForUsers(
  byUser: Csr,
  settings: MfSettings,
  { centre, users, items }: MfSides,
  arena: Arena,
  engine: Engine,
): Promise<void> {
  const { factors, regularisation, scaling } = settings;
  const ratings = placeCsr(arena, byUser);
  const weights = arena.float32(byUser.rows);
  for (let row = 0; row < byUser.rows; row++) {
    const count = byUser.offsets[row + 1] - byUser.offsets[row];
    weights[row] = count === 0 ? 0 : Math.max(regularisation * count ** scaling, leastWeight * count);
  }
  await mfCholesky(engine, {
    ...ratings,
    fixed: items.factors,
    fixedBias: items.bias,
    factors: users.factors,
    bias: users.bias,
    weights,
    losses: arena.float64(byUser.rows),
    priors: undefined,
    f: paddedLength(factors),
    n: systemOrder(factors),
    mean: centre,
    one: biasUnit(settings),
  });
}
