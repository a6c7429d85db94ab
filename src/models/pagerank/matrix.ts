/**
 * All steps as one matrix, so that an answer takes none. With A the chances from films to nodes and B those back, M = A B, and with D, which
 * ends walks at films that came after training,
 *
 *   (1 − d) Σ_{t ≤ T} d^t x M (D M)^(t−1) = (1 − d) x + x R
 *   R = A S B,  S = (1 − d) d Σ_{t < T} (d B D A)^t          R: films × films;  S: nodes × nodes
 *
 * Both depend on no profile. They are made in the engine by 32 rows or columns at a time, which are multiplied by A and B, sparse as they
 * are, as often as there are steps: 128 flops an edge and step. Of R, an answer takes the rows of the films that were rated. They are
 * made as they are needed, and kept. S is made all at once, at the first answer, which takes a sum of its rows, and for each listed film a
 * sum of its columns.
 */
import { type Arena, type Engine, placeCsr } from "../../compute/engine.ts";
import { sparsePanelProduct, sparsePanel as width } from "../../compute/kernels/scores.ts";
import { type Csr, transpose } from "../../matrix/csr.ts";
import { type ScaledRow, sumOfRows } from "../../matrix/dense.ts";
import { type Chances, goingOn } from "./chances.ts";
import { addRow, rowProduct } from "./links.ts";
import { type Course, keepLatest, type Walks } from "./walks.ts";

/** Two matrices in the engine's memory, whose product is a step. */
interface StepMatrices {
  readonly first: Csr;
  readonly second: Csr;
}

/** Multiplies 32 columns by both. On the calling thread, as somebody waits. */
function step(engine: Engine, { first, second }: StepMatrices, panel: Float32Array, out: Float32Array): void {
  using arena = engine.arena();
  const between = arena.float32(first.rows * width);
  sparsePanelProduct(engine, { matrix: first, panel, out: between });
  sparsePanelProduct(engine, { matrix: second, panel: between, out });
}

/** Σ_{t < steps} stepᵗ starts. */
function sumOfSteps(engine: Engine, matrices: StepMatrices, starts: Float32Array, arena: Arena, steps: number) {
  const sum = arena.place(starts.slice());
  for (let taken = 1; taken < steps; taken++) {
    step(engine, matrices, sum, sum);
    for (let n = 0; n < sum.length; n++) sum[n] += starts[n];
  }
  return sum;
}

function scaled(matrix: Csr, factor: number): Csr {
  return { ...matrix, values: matrix.values.map((value) => factor * value) };
}

/** Walks by rows of R. */
export function walksByRows(engine: Engine, { arriving, leaving }: Chances, { damping, steps, placed }: Course): Walks {
  const films = leaving.columns;
  const toFilms = transpose(leaving);
  const edges = (film: number) => toFilms.offsets[film + 1] - toFilms.offsets[film];
  const bestKnown = Array.from({ length: films }, (_, film) => film).sort((a, b) => edges(b) - edges(a) || a - b);
  const rows = new Map<number, Float32Array>();
  let next = 0;

  /** Makes the rows of some films, and of others where there is room for more. */
  function makeRows(wanted: readonly number[]): void {
    using arena = engine.arena();
    const [all, second] = [placeCsr(arena, arriving), placeCsr(arena, scaled(toFilms, damping))];
    const first = placed ? placeCsr(arena, goingOn(arriving, placed)) : all;
    for (let begin = 0; begin < wanted.length; begin += width) {
      using own = engine.arena();
      const chosen = filledUp(wanted.slice(begin, begin + width));
      const starts = own.float32(films * width);
      for (const [n, film] of chosen.entries()) starts[film * width + n] = 1;
      step(engine, { first: all, second }, starts, starts);
      const sum = sumOfSteps(engine, { first, second }, starts, own, steps);
      for (const [n, film] of chosen.entries()) {
        rows.set(
          film,
          Float32Array.from({ length: films }, (_, to) => (1 - damping) * sum[to * width + n]),
        );
      }
    }
  }

  /** Some films, and the best-known ones that have no row, so that there are 32. */
  function filledUp(wanted: readonly number[]): number[] {
    const chosen = new Set(wanted);
    for (; chosen.size < width && next < films; next++) if (!rows.has(bestKnown[next])) chosen.add(bestKnown[next]);
    return [...chosen];
  }

  function rowsOf(starts: Iterable<number>): Float32Array[] {
    const all = [...starts];
    const missing = all.filter((film) => !rows.has(film));
    if (missing.length > 0) makeRows(missing);
    return all.map((film) => rows.get(film)!);
  }

  return {
    from(x) {
      const starts: number[] = [];
      for (let film = 0; film < films; film++) if (x[film] !== 0) starts.push(film);
      const sum = new Float64Array(films);
      sumOfRows(
        rowsOf(starts).map((values, n) => ({ values, at: 0, factor: x[starts[n]] })),
        sum,
      );
      for (const film of starts) sum[film] += (1 - damping) * x[film];
      return sum;
    },
    endingAt: (film, starts) => Float64Array.from(rowsOf(starts), (row) => row[film]),
  };
}

interface NodeMatrix {
  /** float32 [nodes × nodes] */
  readonly byRow: Float32Array;
  readonly byColumn: Float32Array;
}

/** S. */
function nodeMatrix(engine: Engine, { arriving, leaving }: Chances, { damping, steps, placed }: Course): NodeMatrix {
  const nodes = leaving.rows;
  using arena = engine.arena();
  const matrices = {
    first: placeCsr(arena, transpose(goingOn(arriving, placed))),
    second: placeCsr(arena, scaled(leaving, damping)),
  };
  const [byRow, byColumn] = [new Float32Array(nodes * nodes), new Float32Array(nodes * nodes)];
  for (let begin = 0; begin < nodes; begin += width) {
    using own = engine.arena();
    const end = Math.min(nodes, begin + width);
    const starts = own.float32(nodes * width);
    for (let column = begin; column < end; column++) starts[column * width + column - begin] = 1;
    const sum = sumOfSteps(engine, matrices, starts, own, steps);
    for (let row = 0; row < nodes; row++) {
      for (let column = begin; column < end; column++) {
        const value = (1 - damping) * damping * sum[row * width + column - begin];
        byRow[row * nodes + column] = value;
        byColumn[column * nodes + row] = value;
      }
    }
  }
  return { byRow, byColumn };
}

/** Walks by S. */
export function walksByNodes(engine: Engine, chances: Chances, course: Course): Walks {
  const { leaving } = chances;
  const nodes = leaving.rows;
  const toNodes = transpose(chances.arriving);
  const toFilms = transpose(leaving);
  let made: NodeMatrix | undefined;
  const matrix = () => {
    made ??= nodeMatrix(engine, chances, course);
    return made;
  };

  /** S B of a film: how much of the walks that pass each node ends there. */
  const endingAt = keepLatest(8 * nodes + 1, (film) => {
    const { offsets, indices, values } = toFilms;
    const { byColumn } = matrix();
    const columns: ScaledRow[] = [];
    for (let edge = offsets[film]; edge < offsets[film + 1]; edge++) {
      columns.push({ values: byColumn, at: indices[edge] * nodes, factor: values[edge] });
    }
    const ending = new Float64Array(nodes);
    sumOfRows(columns, ending);
    return ending;
  });

  return {
    from(x) {
      const { byRow } = matrix();
      const at = new Float64Array(nodes);
      for (let film = 0; film < x.length; film++) addRow(toNodes, film, x[film], at);
      const rows: ScaledRow[] = [];
      for (let node = 0; node < nodes; node++) {
        if (at[node] !== 0) rows.push({ values: byRow, at: node * nodes, factor: at[node] });
      }
      const passing = new Float64Array(nodes);
      sumOfRows(rows, passing);
      const sum = x.map((value) => (1 - course.damping) * value);
      for (let node = 0; node < nodes; node++) addRow(leaving, node, passing[node], sum);
      return sum;
    },
    endingAt(film, starts) {
      const ending = endingAt(film);
      return Float64Array.from(starts, (start) => rowProduct(toNodes, start, ending));
    },
  };
}
