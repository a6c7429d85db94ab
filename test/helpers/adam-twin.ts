/** The kernel adam (assembly/adam.ts) in plain TypeScript and double precision: a step over several arrays, for each call. */
export function adamTwin(parameters: readonly Float64Array[], { rate, decay }: { rate: number; decay: number }) {
  const [first, second] = [0, 1].map(() => parameters.map(({ length }) => new Float64Array(length)));
  let steps = 0;
  return (gradients: readonly Float64Array[]): void => {
    steps++;
    for (const [n, array] of parameters.entries()) {
      for (let k = 0; k < array.length; k++) {
        const g = gradients[n][k] + decay * array[k];
        first[n][k] = 0.9 * first[n][k] + 0.1 * g;
        second[n][k] = 0.999 * second[n][k] + 0.001 * g * g;
        const [m, v] = [first[n][k] / (1 - 0.9 ** steps), second[n][k] / (1 - 0.999 ** steps)];
        array[k] -= (rate * m) / (Math.sqrt(v) + 1e-8);
      }
    }
  };
}
