/** The latencies of the last minutes. */

/** Entries kept, and seconds after which they count no more. */
const [mostEntries, windowSeconds] = [16_384, 300];

/** Quantiles of latencies, in milliseconds. */
export interface LatencySummary {
  /** How many there are. */
  readonly count: number;
  /** Seconds that they come from: up to five minutes; fewer where there were very many. */
  readonly seconds: number;
  readonly p50?: number;
  readonly p90?: number;
  readonly p99?: number;
}

/** A ring of latencies. @param now the time in seconds */
export function latencyRing(now: () => number = () => performance.now() / 1000) {
  const [times, values] = [new Float64Array(mostEntries), new Float64Array(mostEntries)];
  let added = 0;
  return {
    add(milliseconds: number): void {
      times[added % mostEntries] = now();
      values[added % mostEntries] = milliseconds;
      added++;
    },
    summary(): LatencySummary {
      const [length, time] = [Math.min(added, mostEntries), now()];
      const kept = values
        .subarray(0, length)
        .filter((_, n) => time - times[n] <= windowSeconds)
        .sort();
      const oldest = added > mostEntries ? times[added % mostEntries] : -Infinity;
      const seconds = Math.min(windowSeconds, time - oldest);
      const count = kept.length;
      if (count === 0) return { count, seconds };
      // The smallest value that such a share of all are no greater than.
      const quantile = (share: number) => kept[Math.ceil(share * count) - 1];
      return { count, seconds, p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) };
    },
  };
}
