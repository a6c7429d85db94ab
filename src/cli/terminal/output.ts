/** stdout carries the result and nothing else; what happens on the way goes to stderr. */

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A progress display: `update` with the finished share, 0 to 1. */
export interface Progress {
  update(share: number): void;
  /** Ends the display with a last word, such as the time taken. */
  end(word: string): void;
}

const barWidth = 30;

/** A bar that redraws itself on a terminal; elsewhere a line at the start and one at the end. */
export function progress(label: string): Progress {
  const terminal = process.stderr.isTTY === true;
  let drawn = -1;
  if (!terminal) note(`${label} …`);
  return {
    update(share) {
      const percent = Math.floor(100 * Math.min(1, Math.max(0, share)));
      if (!terminal || percent === drawn) return;
      drawn = percent;
      const filled = Math.round((barWidth * percent) / 100);
      process.stderr.write(`\r${label} ${"█".repeat(filled)}${"░".repeat(barWidth - filled)} ${percent} %`);
    },
    end(word) {
      process.stderr.write(terminal ? `\r\x1b[K${label}: ${word}\n` : `${label}: ${word}\n`);
    },
  };
}

/** Runs work under a progress display and tells how long it took. */
export async function timed<T>(label: string, work: (update: (share: number) => void) => Promise<T>): Promise<T> {
  const start = performance.now();
  const display = progress(label);
  try {
    const result = await work(display.update);
    display.end(seconds(performance.now() - start));
    return result;
  } catch (error) {
    display.end("stopped");
    throw error;
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 9950 ? 2 : 0)} s`;
}

/**
 * Columns under one another.
 *
 * @param numeric whether a column is of numbers, which stand to the right
 */
export function aligned(
  rows: readonly (readonly string[])[],
  numeric: (column: number) => boolean = () => false,
  indent = "  ",
): string[] {
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  const right = widths.map((_, at) => numeric(at));
  const pad = (text: string, at: number) => (right[at] ? text.padStart(widths[at]) : text.padEnd(widths[at]));
  return rows.map((row) => (indent + row.map(pad).join("  ")).trimEnd());
}

/** 25000095 → "25,000,095". */
export function count(n: number): string {
  return n.toLocaleString("en-US");
}
