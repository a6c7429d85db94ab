/** A hash of a rating by its indices: XXH64 (Y. Collet, https://github.com/Cyan4973/xxHash), chained as Apache Spark's `xxhash64` chains columns. */

const [p1, p2, p3, p4, p5] = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
];
/** What Spark begins with. */
const start = 42n;

const wrap = (value: bigint) => BigInt.asUintN(64, value);
const rotate = (value: bigint, bits: bigint) => wrap(value << bits) | (value >> (64n - bits));

/** XXH64 of one 64-bit integer, of 0 and above. */
function hashOf(value: bigint, seed: bigint): bigint {
  let hash = wrap(seed + p5 + 8n) ^ wrap(rotate(wrap(value * p2), 31n) * p1);
  hash = wrap(rotate(hash, 27n) * p1 + p4);
  hash = wrap((hash ^ (hash >> 33n)) * p2);
  hash = wrap((hash ^ (hash >> 29n)) * p3);
  return hash ^ (hash >> 32n);
}

/** Parts that ratings are dealt out to. */
export const hashParts = 10_000;

/**
 * The part of a rating, from 0 to 9,999: Spark's `pmod(xxhash64(user, item, seed), 10000)` of 64-bit integers. It depends on nothing else.
 *
 * @param seed from 0 to 2 ** 53
 */
export function hashPart(user: number, item: number, seed: number): number {
  const hash = hashOf(BigInt(seed), hashOf(BigInt(item), hashOf(BigInt(user), start)));
  const rest = Number(BigInt.asIntN(64, hash) % BigInt(hashParts));
  return rest < 0 ? rest + hashParts : rest;
}
