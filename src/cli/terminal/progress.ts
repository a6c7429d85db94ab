/** Progress of long work, on stderr. */
import type { Epoch } from "../../models/model.ts";
import { decimal } from "../../numbers.ts";
import { note, printable } from "./output.ts";

/** A progress display. */
export interface Progress {
  /** The finished share, 0 to 1. */
  update(share: number): void;
  /** What is known of the work so far, in a few words: shown beside the bar, and at the end. */
  tell(words: string): void;
  /** Ends the display with a last word, such as the time taken. */
  end(word: string): void;
}

const barWidth = 30;

/** A bar that redraws itself on a terminal; elsewhere a line at the start and one at the end. */
export function startProgress(name: string): Progress {
  const label = printable(name);
  const terminal = process.stderr.isTTY === true;
  let [percent, known, drawn] = [0, "", ""];
  if (!terminal) note(`${label} …`);

  function draw(): void {
    const filled = Math.round((barWidth * percent) / 100);
    const bar = `${"█".repeat(filled)}${"░".repeat(barWidth - filled)}`;
    const line = [label, bar, `${percent} %`, known]
      .join(" ")
      .trimEnd()
      .slice(0, (process.stderr.columns ?? 100) - 1);
    if (!terminal || line === drawn) return;
    drawn = line;
    process.stderr.write(`\r${line}\x1b[K`);
  }

  return {
    update(share) {
      percent = Math.floor(100 * Math.min(1, Math.max(0, share)));
      draw();
    },
    tell(words) {
      known = printable(words);
      draw();
    },
    end(word) {
      if (terminal) process.stderr.write("\r\x1b[K");
      note(`${label}: ${known === "" ? word : `${word}; ${known}`}`);
    },
  };
}

/** What is told of an epoch of training. */
export function epochWords({ epoch, epochs, loss }: Epoch): string {
  return `epoch ${epoch} of ${epochs}, loss ${decimal(loss)}`;
}

/** Runs work under a progress display, which ends with the time taken. */
export async function withProgress<T>(
  label: string,
  work: (update: (share: number) => void, tell: (words: string) => void) => Promise<T>,
): Promise<T> {
  const start = performance.now();
  const display = startProgress(label);
  try {
    const result = await work(display.update, display.tell);
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
        [current, display, start] = [label, startProgress(label), performance.now()];
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
