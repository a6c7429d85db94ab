/** The network of assembly/neural.ts in plain TypeScript and double precision, one rating after the other. */

/** Numbers as in `Start` of src/models/neural/train.ts: W1 is hidden × 2 e. */
export interface TwinNetwork {
  readonly users: Float64Array;
  readonly items: Float64Array;
  readonly W1: Float64Array;
  readonly c1: Float64Array;
  readonly w2: Float64Array;
  readonly c2: Float64Array;
}

/** A rating, and the factor of each of its 2 e units: 0 where it is dropped. */
export interface TwinRating {
  readonly user: number;
  readonly item: number;
  readonly value: number;
  readonly factors: Float64Array;
}

/** Mean squared error of the ratings, and its gradients by everything. */
export function propagateTwin(ratings: readonly TwinRating[], network: TwinNetwork) {
  const { users, items, W1, c1, w2, c2 } = network;
  const hidden = c1.length;
  const e = W1.length / hidden / 2;
  const zeros = ({ length }: Float64Array) => new Float64Array(length);
  const gradients: TwinNetwork = {
    users: zeros(users),
    items: zeros(items),
    W1: zeros(W1),
    c1: zeros(c1),
    w2: zeros(w2),
    c2: zeros(c2),
  };
  let squares = 0;
  for (const { user, item, value, factors } of ratings) {
    const x = Float64Array.from(factors, (_, k) => (k < e ? users[user * e + k] : items[item * e + k - e]));
    const a = x.map((number, k) => Math.max(0, number) * factors[k]);
    const z = c1.map((bias, row) => a.reduce((total, number, k) => total + W1[row * 2 * e + k] * number, bias));
    const error = z.reduce((total, number, row) => total + w2[row] * Math.max(0, number), c2[0]) - value;
    squares += error * error;
    const slope = (2 * error) / ratings.length;
    gradients.c2[0] += slope;
    for (let row = 0; row < hidden; row++) {
      gradients.w2[row] += slope * Math.max(0, z[row]);
      if (z[row] <= 0) continue;
      gradients.c1[row] += slope * w2[row];
      for (let k = 0; k < 2 * e; k++) {
        gradients.W1[row * 2 * e + k] += slope * w2[row] * a[k];
        if (x[k] <= 0) continue;
        const by = slope * w2[row] * W1[row * 2 * e + k] * factors[k];
        if (k < e) gradients.users[user * e + k] += by;
        else gradients.items[item * e + k - e] += by;
      }
    }
  }
  return { loss: squares / ratings.length, gradients };
}

/** Which of e units the rating at this place drops: as the kernels' own generator has it. */
export function dropTwin(place: number, e: number, dropout: number, seed: number): boolean[] {
  const threshold = Math.round(dropout * 65536);
  const hash = mix(place ^ seed);
  const lanes = [0x9e3779b9, 0x3c6ef372, 0xdaa66d2b, 0x78dde6e4].map((constant) => mix(hash + constant) | 1);
  const dropped: boolean[] = [];
  while (dropped.length < e) {
    for (const [n, lane] of lanes.entries()) {
      let state = lane ^ (lane << 13);
      state ^= state >>> 17;
      state ^= state << 5;
      lanes[n] = state;
      dropped.push((state & 0xffff) < threshold, state >>> 16 < threshold);
    }
  }
  return dropped.slice(0, e);
}

function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
