/** Seeded random numbers, the only randomness in Matinee: the same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform 32-bit unsigned integer. */
  uint32(): number;
  /** Uniform in [0, 1), 53 random bits. */
  float(): number;
  /** Uniform integer in [0, n). */
  int(n: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
}

/**
 * The sfc32 generator of Chris Doty-Humphrey's PractRand, seeded through the 32-bit finaliser of MurmurHash3.
 *
 * @example
 * import { random } from "matinee";
 * const die = random(7).int(6) + 1;
 */
export function random(seed: number): Random {
  const a = mix(seed >>> 0);
  const b = mix(a ^ Math.floor(seed / 2 ** 32));
  const c = mix(b + 0x9e3779b9);
  // a, b, c and the counter: a typed array, since a variable of a closure would become a new object at each change
  const state = Int32Array.of(a, b, c, 1);
  let spare = Number.NaN;

  function uint32(): number {
    const [a, b, c, counter] = [state[0], state[1], state[2], state[3]];
    const result = (a + b + counter) | 0;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + result;
    state[3] = counter + 1;
    return result >>> 0;
  }
  function float(): number {
    return ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  }
  function normal(): number {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - float()));
    const angle = 2 * Math.PI * float();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
  for (let warm = 0; warm < 12; warm++) uint32();
  return { uint32, float, int: (n) => Math.floor(float() * n), normal };
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
