/** Answers of `neural` to many queries: users folded in, and films scored, by blocks of the engine; neural.ts has the formulas. */
import { type Arena, type Engine, placeCsr, type Step } from "../../compute/engine.ts";
import { neuralFoldIn, neuralScores } from "../../compute/kernels/neural.ts";
import type { Answers, Queries } from "../model.ts";
import { densePanels, predictionsOf, rowOf } from "../shared/answers.ts";
import { type FittedNetwork, foldInRate, foldInSteps, scoreOfFilm } from "./fold-in.ts";

/** @param scale the lowest and the highest rating */
export function neuralAnswers(
  engine: Engine,
  arena: Arena,
  network: FittedNetwork,
  { min, max }: { readonly min: number; readonly max: number },
): Answers {
  const { weights, newcomer, output, films, constant, decay } = network;
  const [e, h] = [newcomer.length, output.length];
  const columns = films.length / h;
  const fixed = {
    weights: arena.place(Float64Array.from(weights)),
    newcomer: arena.place(Float64Array.from(newcomer)),
    weightsOut: arena.place(Float64Array.from(output)),
    films: arena.place(Float64Array.from(films)),
  };
  const single = arena.place(output);
  let panels: Float32Array | undefined;

  /** float64 [rows × h] */
  async function foldIn({ profiles }: Queries, own: Arena, step?: Step): Promise<Float64Array> {
    const { rows, offsets, indices, values } = placeCsr(own, profiles);
    const halves = own.float64(rows * h);
    const how = { e, h, constant, decay, steps: foldInSteps, rate: foldInRate };
    await neuralFoldIn(engine, { offsets, indices, values, ...fixed, halves, ...how }, step);
    return halves;
  }

  return {
    async score(queries, out, step) {
      using own = engine.arena();
      const halves = own.place(Float32Array.from(await foldIn(queries, own, step)));
      panels ??= densePanels(arena, columns, h, (film, j) => films[film * h + j]);
      const rows = queries.users.length;
      await neuralScores(engine, { rows, halves, panels, weightsOut: single, out, h, columns, constant });
    },
    async predict(queries, wanted, out, step) {
      using own = engine.arena();
      const halves = await foldIn(queries, own, step);
      for (let row = 0; row < queries.users.length; row++) {
        const { items, ratings } = predictionsOf(wanted, out, row);
        const half = rowOf(halves, row, h);
        items.forEach((film, n) => {
          ratings[n] = Math.min(max, Math.max(min, scoreOfFilm(film, half, network)));
        });
      }
    },
  };
}
