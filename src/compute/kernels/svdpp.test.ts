/** The steps of SVD++, held against equation 15 as it is written. */
import assert from "node:assert/strict";
import { it } from "node:test";
import type { Rating } from "../../../test/helpers/mf-twin.ts";
import { svdppSteps } from "../../../test/helpers/svdpp-twin.ts";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { random } from "../../random.ts";
import { localEngine, placeCsr } from "../engine.ts";
import { svdppSgd } from "./svdpp.ts";

for (const f of [4, 20]) {
  it(`svdppSgd takes the steps of every rating for every y of its user, with ${f} factors`, async () => {
    const { byUser } = randomDataset(30, 40, 0.3, 4);
    const { normal } = random(2);
    const numbers = (length: number) => Float32Array.from({ length }, () => 0.3 * normal());
    using engine = localEngine(2 ** 24);
    using arena = engine.arena();
    const [rows, columns] = [byUser.rows, byUser.columns];
    const parameters = {
      users: arena.place(numbers(rows * f)),
      items: arena.place(numbers(columns * f)),
      implicit: arena.place(numbers(columns * f)),
      userBias: arena.place(numbers(rows)),
      itemBias: arena.place(numbers(columns)),
    };
    const twin = {
      users: Float64Array.from(parameters.users),
      items: Float64Array.from(parameters.items),
      implicit: Float64Array.from(parameters.implicit),
      userBias: Float64Array.from(parameters.userBias),
      itemBias: Float64Array.from(parameters.itemBias),
    };
    const order = arena.place(Int32Array.from({ length: rows }, (_, n) => (7 * n + 3) % rows));
    const losses = arena.float64(rows);
    const how = { f, mean: 3.1, rate: 0.03, regularisation: 0.2 };
    const ratings = Array.from(order).flatMap((user) =>
      Array.from({ length: byUser.offsets[user + 1] - byUser.offsets[user] }, (_, n): Rating => {
        const at = byUser.offsets[user] + n;
        return [user, byUser.indices[at], byUser.values[at]];
      }),
    );
    for (let epoch = 0; epoch < 2; epoch++) {
      const given = { ...placeCsr(arena, byUser), order, ...parameters, losses, ...how };
      await svdppSgd(engine, given, 0, 11);
      await svdppSgd(engine, given, 11, rows);
      const loss = svdppSteps(ratings, twin, how);
      const found = losses.reduce((sum, own) => sum + own, 0);
      assert.ok(Math.abs(found - loss) < 1e-4 * loss, `${found}, ${loss}`);
    }
    for (const [name, expected] of Object.entries(twin)) {
      const found = parameters[name as keyof typeof parameters];
      for (const [n, value] of expected.entries()) {
        assert.ok(Math.abs(found[n] - value) < 2e-5, `${name} ${n}: ${found[n]}, ${value}`);
      }
    }
  });
}
