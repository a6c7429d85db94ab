/** Answers of `pagerank` to many queries. */
import { type Arena, type Engine, placeCsr } from "../../compute/engine.ts";
import { sparseProduct } from "../../compute/kernels/sparse.ts";
import { transpose } from "../../matrix/csr.ts";
import type { Answers } from "../model.ts";
import type { Chances } from "./chances.ts";
import type { Course } from "./walks.ts";

/** Users whose walks are followed at once: as many as suit the cache. */
const walkWidth = 64;

interface Walking extends Course {
  /** float64 [items]: what scores are divided by. */
  readonly penalty: Float64Array;
}

/** Walks of many users: steps by products of sparse matrices and blocks of users. */
export function pagerankAnswers(
  engine: Engine,
  arena: Arena,
  { arriving, leaving }: Chances,
  { damping, steps, penalty, placed }: Walking,
): Answers {
  const items = penalty.length;
  const toNodes = placeCsr(arena, arriving);
  const toFilms = placeCsr(arena, transpose(leaving));
  const width = walkWidth;
  const size = items * width;
  const [at, next] = [arena.float32(size), arena.float32(size)];
  const nodes = arena.float32(arriving.rows * width);
  const sum = arena.float32(size);

  return {
    async score({ profiles }, out, step) {
      for (let from = 0; from < profiles.rows; from += width) {
        const to = Math.min(profiles.rows, from + width);
        at.fill(0);
        for (let row = from; row < to; row++) {
          for (let n = profiles.offsets[row]; n < profiles.offsets[row + 1]; n++) {
            at[profiles.indices[n] * width + row - from] = Math.max(0, profiles.values[n]);
          }
        }
        let weight = 1 - damping;
        for (let n = 0; n < size; n++) sum[n] = weight * at[n];
        for (let walked = 1; walked <= steps; walked++) {
          weight *= damping;
          await sparseProduct(engine, { matrix: toNodes, dense: at, out: nodes, width });
          await sparseProduct(engine, { matrix: toFilms, dense: nodes, out: next, width });
          for (let n = 0; n < size; n++) sum[n] += weight * next[n];
          at.set(next);
          if (placed)
            for (let film = 0; film < items; film++) if (placed[film]) at.fill(0, film * width, (film + 1) * width);
        }
        for (let row = from; row < to; row++) {
          for (let film = 0; film < items; film++) {
            const p = sum[film * width + row - from];
            out[row * items + film] = p > 0 ? p / penalty[film] : -Infinity;
          }
        }
        await step?.(to, profiles.rows);
      }
    },
  };
}
