import { it } from "node:test";
import { adamTwin } from "../../../test/helpers/adam-twin.ts";
import { allNear } from "../../../test/helpers/numbers.ts";
import { createEngine } from "../../compute/pool.ts";
import { random } from "../../random.ts";
import { createAdam } from "./adam.ts";

for (const decay of [0, 0.1]) {
  it(`Adam steps as its twin does, weight decay ${decay}`, async () => {
    for (const arithmetic of ["strict", "relaxed"] as const) {
      using engine = await createEngine({ arithmetic });
      using arena = engine.arena();
      const length = 4 * 20_001; // a block and some more
      const { normal } = random(1);
      const twin = Float64Array.from({ length }, () => Math.fround(normal()));
      const [parameters, gradients] = [arena.place(Float32Array.from(twin)), arena.float32(length)];
      const advance = createAdam(engine, arena, parameters, gradients);
      const advanceTwin = adamTwin([twin], { rate: 0.03, decay });
      for (let step = 0; step < 5; step++) {
        // some without a gradient, some with one too small for single precision
        for (let n = 0; n < length; n++) gradients[n] = n % 7 === 0 ? 0 : normal() * 10 ** -(n % 45);
        await advance({ rate: 0.03, decay });
        advanceTwin([Float64Array.from(gradients)]);
      }
      allNear(parameters, twin, 2e-6);
    }
  });
}
