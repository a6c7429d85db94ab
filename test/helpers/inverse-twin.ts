/**
 * Replaces a symmetric positive definite matrix by its inverse, through the Cholesky factor:
 * A = LLᵀ, then M = L⁻¹, then A⁻¹ = MᵀM. n³ multiply-adds in double precision; no memory beside the matrix but a few rows.
 *
 * @param a n × n, row-major; only the lower triangle is read; both triangles are written
 * @param step awaited once a row, as `FitContext.step`
 * @throws RangeError where the matrix is not positive definite
 */
export async function invertPositiveDefinite(
  a: Float64Array,
  n: number,
  step: (done: number, total: number) => Promise<void>,
): Promise<void> {
  await factorise(a, n, (done) => step(done, 3 * n));
  await invertLower(a, n, (done) => step(n + done, 3 * n));
  await multiplyByTranspose(a, n, (done) => step(2 * n + done, 3 * n));
}

type RowStep = (done: number) => Promise<void>;

/** A = LLᵀ row by row, L over the lower triangle (Cholesky–Banachiewicz: each entry is a dot product of two rows). */
async function factorise(a: Float64Array, n: number, step: RowStep): Promise<void> {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j < i; j++) {
      a[row + j] = (a[row + j] - dot(a, row, j * n, j)) / a[j * n + j];
    }
    const pivot = a[row + i] - dot(a, row, row, i);
    if (!(pivot > 0)) throw new RangeError(`the matrix is not positive definite: pivot ${i} is ${pivot}`);
    a[row + i] = Math.sqrt(pivot);
    await step(i);
  }
}

/** M = L⁻¹ over L: row i of M is (eᵢ − Σ_{k<i} Lᵢₖ Mₖ) / Lᵢᵢ. */
async function invertLower(a: Float64Array, n: number, step: RowStep): Promise<void> {
  const next = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    next.fill(0, 0, i);
    for (let k = 0; k < i; k++) {
      const factor = a[row + k];
      if (factor === 0) continue;
      const other = k * n;
      for (let j = 0; j <= k; j++) next[j] -= factor * a[other + j];
    }
    const scale = 1 / a[row + i];
    for (let j = 0; j < i; j++) a[row + j] = next[j] * scale;
    a[row + i] = scale;
    await step(i);
  }
}

/**
 * MᵀM over M, both triangles. Row i of the result needs rows i and below of M only, so rows are replaced from the top.
 * Four rows at a time share each pass over M.
 */
async function multiplyByTranspose(a: Float64Array, n: number, step: RowStep): Promise<void> {
  const together = 4;
  const sums = new Float64Array(together * n);
  for (let top = 0; top < n; top += together) {
    const count = Math.min(together, n - top);
    sums.fill(0);
    for (let k = top; k < n; k++) {
      const row = k * n;
      const f0 = a[row + top];
      const f1 = count > 1 && k > top ? a[row + top + 1] : 0;
      const f2 = count > 2 && k > top + 1 ? a[row + top + 2] : 0;
      const f3 = count > 3 && k > top + 2 ? a[row + top + 3] : 0;
      const end = Math.min(k + 1, top + count);
      for (let j = 0; j < end; j++) {
        const value = a[row + j];
        sums[j] += f0 * value;
        sums[n + j] += f1 * value;
        sums[2 * n + j] += f2 * value;
        sums[3 * n + j] += f3 * value;
      }
    }
    for (let r = 0; r < count; r++) {
      for (let j = 0; j <= top + r; j++) a[(top + r) * n + j] = sums[r * n + j];
    }
    await step(top);
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j];
}

function dot(a: Float64Array, left: number, right: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let j = 0;
  for (; j + 3 < length; j += 4) {
    s0 += a[left + j] * a[right + j];
    s1 += a[left + j + 1] * a[right + j + 1];
    s2 += a[left + j + 2] * a[right + j + 2];
    s3 += a[left + j + 3] * a[right + j + 3];
  }
  for (; j < length; j++) s0 += a[left + j] * a[right + j];
  return s0 + s1 + (s2 + s3);
}
