/** Numbers of the server as people read them. */

const whole = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

export function countText(count: number): string {
  return whole.format(count);
}

/** Milliseconds; from a second on, seconds. */
export function latencyText(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return "–";
  if (milliseconds >= 999.5) return `${short.format(milliseconds / 1000)} s`;
  return `${milliseconds < 0.01 ? "0" : short.format(milliseconds)} ms`;
}

export function bytesText(bytes: number): string {
  if (bytes < 999.5) return `${bytes} B`;
  const [unit, size] = bytes < 999_500 ? ["kB", 1e3] : bytes < 999_500_000 ? ["MB", 1e6] : ["GB", 1e9];
  return `${short.format(bytes / Number(size))} ${unit}`;
}

/** A length of time by its largest unit, and the next where the first is small: "3 h 20 min", "12 days". */
export function durationText(seconds: number): string {
  const [minutes, hours, days] = [seconds / 60, seconds / 3600, seconds / 86_400].map(Math.floor);
  if (days >= 2) return `${whole.format(days)} days`;
  if (hours >= 1) return `${hours} h ${minutes % 60} min`;
  if (minutes >= 1) return `${minutes} min`;
  return `${Math.max(0, Math.floor(seconds))} s`;
}

/** A rate per second. */
export function rateText(perSecond: number): string {
  return short.format(Math.max(0, perSecond));
}

/** A click-through, or a difference of two, as per cent. */
export function percentText(share: number): string {
  return `${short.format(100 * share)}\u00a0%`;
}

/** A share of one as per cent. */
export function shareText(share: number): string {
  return `${whole.format(Math.round(100 * Math.max(0, share)))} %`;
}
