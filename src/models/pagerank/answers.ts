/** Answers of `pagerank` to many queries. */
import { type Arena, type Engine, placeCsr } from "../../compute/engine.ts";
import { sparseProduct } from "../../compute/kernels/sparse.ts";
import { transpose } from "../../matrix/csr.ts";
import type { Answers } from "../model.ts";
import type { Links } from "./links.ts";

/** Users whose walks are followed at once: as many as suit the cache. */
const walkWidth = 64;

/** How walks go, and what their scores are divided by. */
interface Walks {
  readonly damping: number;
  /** Steps of the longest. */
  readonly steps: number;
  /** float64 [items] */
  readonly penalty: Float64Array;
  /** uint8 [items]: 1 for films that came after training. */
  readonly placed: Uint8Array | undefined;
}

/** Walks of many users: stepForward by products of sparse matrices and blocks of users. */
export function pagerankAnswers(
  engine: Engine,
  arena: Arena,
  links: readonly Links[],
  { damping, steps, penalty, placed }: Walks,
): Answers {
  const items = penalty.length;
  const edges = links.map(({ byFilm, fromFilm, fromNode }) => {
    const values = new Float32Array(byFilm.values.length);
    const [there, back] = [values, values.slice()];
    for (let film = 0; film < items; film++) {
      for (let n = byFilm.offsets[film]; n < byFilm.offsets[film + 1]; n++) {
        there[n] = byFilm.values[n] * fromFilm[film];
        back[n] = byFilm.values[n] * fromNode[byFilm.indices[n]];
      }
    }
    return {
      nodes: byFilm.columns,
      toNodes: placeCsr(arena, transpose({ ...byFilm, values: there })),
      toFilms: placeCsr(arena, { ...byFilm, values: back }),
    };
  });
  const width = walkWidth;
  const size = items * width;
  const most = Math.max(...edges.map(({ nodes }) => nodes));
  const [at, next, part] = [arena.float32(size), arena.float32(size), arena.float32(size)];
  const nodes = arena.float32(most * width);
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
          next.fill(0);
          for (const { toNodes, toFilms } of edges) {
            await sparseProduct(engine, { matrix: toNodes, dense: at, out: nodes, width });
            await sparseProduct(engine, { matrix: toFilms, dense: nodes, out: part, width });
            for (let n = 0; n < size; n++) next[n] += part[n];
          }
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
