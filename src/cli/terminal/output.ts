/** Printing: stdout carries the result and nothing else, notes on the way go to stderr. */

export function printJson(value: unknown): void {
  // JSON escapes the control characters below 32 by itself.
  const text = JSON.stringify(value).replace(
    controls,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  process.stdout.write(`${text}\n`);
}

export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${printable(lines.join("\n"))}\n`);
}

export function note(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Text without the characters that control a terminal or turn the direction of what follows, which ids, titles and answers of servers may hold;
 * tabs and line ends stay.
 */
export function printable(text: string): string {
  return text.replace(controls, " ");
}

/** The columns that help may take. */
export function screenWidth(): number {
  return Math.min(process.stdout.columns ?? 100, 100);
}

/** A term and its description, which is broken at spaces to `width` columns and stands `at` columns from the left. */
export function describeTerm(term: string, description: string, at: number, width = screenWidth()): string[] {
  const lines = [""];
  for (const word of description.split(" ")) {
    const line = lines.at(-1)!;
    if (line !== "" && at + line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.map((line, n) => (n === 0 ? term : "").padEnd(at) + line);
}

/**
 * Columns under one another.
 *
 * @param numeric whether a column is of numbers, which stand to the right
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  numeric: (column: number) => boolean = () => false,
  indent = "  ",
): string[] {
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  const right = widths.map((_, at) => numeric(at));
  const pad = (text: string, at: number) => (right[at] ? text.padStart(widths[at]) : text.padEnd(widths[at]));
  return rows.map((row) => (indent + row.map(pad).join("  ")).trimEnd());
}
