/** Walks of all lengths: taken step by step, or read off a matrix of all steps (matrix.ts). pagerank.ts has the formulas. */
import { type Links, rowProduct, stepBackward, stepForward } from "./links.ts";

/** How walks go. */
export interface Course {
  readonly damping: number;
  /** Steps of the longest. */
  readonly steps: number;
  /** uint8 [items]: 1 for films that came after training, where walks end. */
  readonly placed: Uint8Array | undefined;
}

export interface Walks {
  /** (1 − d) Σ_t d^t x Mᵗ. */
  from(x: Float64Array): Float64Array;
  /** How much of the walks that go on from each start ends at a film. The same for all users. */
  endingAt(film: number, starts: Int32Array): Float64Array;
}

/** Bytes of what is kept of walks to films that were listed. */
const keptBytes = 2 ** 25;

/** Keeps what is made of the films that were asked for last. */
export function keepLatest<T>(bytes: number, make: (film: number) => T): (film: number) => T {
  const most = Math.max(1, Math.floor(keptBytes / bytes));
  /** The least recent first. */
  const kept = new Map<number, T>();
  return (film) => {
    const made = kept.get(film) ?? make(film);
    kept.delete(film);
    kept.set(film, made);
    if (kept.size > most) kept.delete(kept.keys().next().value!);
    return made;
  };
}

export function walksByStep(links: readonly Links[], { damping, steps, placed }: Course): Walks {
  /** Without what stands at films where walks end. */
  const goOn = (x: Float64Array) => (placed ? x.map((amount, film) => (placed[film] ? 0 : amount)) : x);

  /** How much of the walks that pass each node ends at a film, for each kind of node. One walk backward from the film finds it. */
  function walkTo(film: number): readonly Float64Array[] {
    const ending = links.map(({ byNode }) => new Float64Array(byNode.rows));
    let from: Float64Array = new Float64Array(links[0].byFilm.rows);
    from[film] = 1;
    let weight = 1 - damping;
    for (let step = 1; step <= steps; step++) {
      weight *= damping;
      from = goOn(stepBackward(links, from, weight, ending));
    }
    return ending;
  }
  const keptWalkTo = keepLatest(8 * links.reduce((sum, { byNode }) => sum + byNode.rows, 1), walkTo);

  return {
    from(x) {
      const sum = x.map((value) => (1 - damping) * value);
      let at = x;
      let weight = 1 - damping;
      for (let step = 1; step <= steps; step++) {
        at = stepForward(links, at);
        weight *= damping;
        for (let film = 0; film < sum.length; film++) sum[film] += weight * at[film];
        at = goOn(at);
      }
      return sum;
    },
    endingAt(film, starts) {
      const ending = keptWalkTo(film);
      return Float64Array.from(starts, (start) =>
        links.reduce((sum, { byFilm, fromFilm }, k) => sum + fromFilm[start] * rowProduct(byFilm, start, ending[k]), 0),
      );
    },
  };
}
