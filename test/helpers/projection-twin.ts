import { type Csr, transpose } from "../../src/matrix/csr.ts";
import { solvePositiveDefinite } from "../../src/matrix/dense.ts";

interface Ridge {
  /** λ of each row; 0 where it has no ratings. */
  readonly weights: ArrayLike<number>;
  readonly width: number;
  readonly mu: number;
}

/** Wᵀ of src/models/shared/projection.ts in double precision (features × width), which `follow` takes nearer to its minimum for y. */
export function projectionTwin(features: Csr, { weights, width, mu }: Ridge) {
  const back = transpose(features);
  const w = new Float64Array(features.columns * width);
  const weighted = (y: Float64Array) => y.map((value, n) => value * weights[Math.floor(n / width)]);
  const times = (v: Float64Array) => product(back, weighted(product(features, v, width)), width);
  return {
    w,
    /** W f of every row. */
    image: () => product(features, w, width),
    /** Three steps of conjugate gradient for each column of Wᵀ. */
    follow(y: Float64Array): void {
      const aw = times(w);
      const r = product(back, weighted(y), width).map((value, n) => value - aw[n] - mu * w[n]);
      const p = r.slice();
      for (let step = 0; step < 3; step++) {
        const ap = times(p).map((value, n) => value + mu * p[n]);
        for (let k = 0; k < width; k++) {
          const along = inColumn(r, r, k) / inColumn(p, ap, k);
          const before = inColumn(r, r, k);
          for (let n = k; n < w.length; n += width) {
            w[n] += along * p[n];
            r[n] -= along * ap[n];
          }
          const turn = inColumn(r, r, k) / before;
          for (let n = k; n < w.length; n += width) p[n] = r[n] + turn * p[n];
        }
      }
    },
    /** The minimum itself. */
    solve(y: Float64Array): Float64Array {
      const d = features.columns;
      const right = product(back, weighted(y), width);
      const solved = new Float64Array(w.length);
      const unit = Array.from({ length: d }, (_, j) => {
        const columns = new Float64Array(d);
        columns[j] = 1;
        return product(
          back,
          product(features, columns, 1).map((value, row) => value * weights[row]),
          1,
        );
      });
      for (let k = 0; k < width; k++) {
        const a = Float64Array.from({ length: d * d }, (_, n) => {
          return unit[Math.floor(n / d)][n % d] + (n % (d + 1) === 0 ? mu : 0);
        });
        const x = Float64Array.from({ length: d }, (_, j) => right[j * width + k]);
        solvePositiveDefinite(a, d, x);
        for (let j = 0; j < d; j++) solved[j * width + k] = x[j];
      }
      return solved;
    },
  };

  function inColumn(a: Float64Array, b: Float64Array, k: number): number {
    let total = 0;
    for (let n = k; n < a.length; n += width) total += a[n] * b[n];
    return total;
  }
}

function product({ rows, offsets, indices, values }: Csr, dense: Float64Array, width: number): Float64Array {
  const out = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let n = offsets[row]; n < offsets[row + 1]; n++) {
      for (let k = 0; k < width; k++) out[row * width + k] += values[n] * dense[indices[n] * width + k];
    }
  }
  return out;
}
