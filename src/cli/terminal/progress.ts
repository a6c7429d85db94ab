/** Progress of long work, on stderr. */
import { note } from "./output.ts";

/** A progress display: `update` with the finished share, 0 to 1. */
export interface Progress {
  update(share: number): void;
  /** Ends the display with a last word, such as the time taken. */
  end(word: string): void;
}

const barWidth = 30;

/** A bar that redraws itself on a terminal; elsewhere a line at the start and one at the end. */
export function startProgress(label: string): Progress {
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

/** Runs work under a progress display, which ends with the time taken. */
export async function withProgress<T>(
  label: string,
  work: (update: (share: number) => void) => Promise<T>,
): Promise<T> {
  const start = performance.now();
  const display = startProgress(label);
  try {
    const result = await work(display.update);
    display.end(secondsText(performance.now() - start));
    return result;
  } catch (error) {
    display.end("stopped");
    throw error;
  }
}

function secondsText(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 9950 ? 2 : 0)} s`;
}

/** Runs work under one display after the other: a new one for each label that follows another. */
export async function withProgressByLabel<T>(
  labelOf: (contender: string, part: string) => string,
  work: (onProgress: (contender: string, part: string, share: number) => void) => Promise<T>,
): Promise<T> {
  let current: string | undefined;
  let display: Progress;
  let start = 0;
  const endDisplay = (word: string) => current !== undefined && display.end(word);
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(2)} s`;
  try {
    const result = await work((contender, part, share) => {
      const label = labelOf(contender, part);
      if (current !== label) {
        endDisplay(seconds());
        [current, display, start] = [label, startProgress(`Judging ${label}`), performance.now()];
      }
      display.update(share);
    });
    endDisplay(seconds());
    return result;
  } catch (error) {
    endDisplay("stopped");
    throw error;
  }
}
