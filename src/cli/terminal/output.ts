/** Printing: stdout carries the result and nothing else, notes on the way go to stderr. */

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`);
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
