/** How often one address may ask. */

/** Addresses that are remembered at one time. */
const mostAddresses = 10_000;

/**
 * Makes the function that counts a request of an address: 0 where it may be answered, otherwise the seconds to wait. Each address has a bucket
 * of half a minute's requests, which fills evenly. Of more than 10,000 addresses, those that have not asked for longest are forgotten.
 *
 * @param now the time in milliseconds
 */
export function rateLimiter(perMinute: number, now: () => number = () => performance.now()) {
  const size = Math.max(1, perMinute / 2);
  const buckets = new Map<string, { left: number; time: number }>();
  return (address: string): number => {
    const key = networkOf(address);
    const time = now();
    const before = buckets.get(key) ?? { left: size, time };
    buckets.delete(key); // so that the last that asked stands last
    const left = Math.min(size, before.left + ((time - before.time) * perMinute) / 60_000);
    buckets.set(key, { left: left < 1 ? left : left - 1, time });
    if (buckets.size > mostAddresses) buckets.delete(buckets.keys().next().value!);
    return left < 1 ? Math.ceil(((1 - left) * 60) / perMinute) : 0;
  };
}

/** An address of IPv4; of IPv6 its first half, since a household has the other half to itself. */
function networkOf(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  const [head, tail] = address.split("::");
  const [first, last] = [head, tail ?? ""].map((half) => half.split(":").filter((part) => part !== ""));
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0");
  return [...first, ...zeros, ...last].slice(0, 4).join(":");
}
