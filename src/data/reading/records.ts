/** Lines and values of text files. */

/** How a text file separates values. */
export interface TextFormat {
  readonly delimiter: string;
  /** "" where quotes have no meaning. */
  readonly quote: '"' | "";
  /** What makes a quote part of a quoted value when it stands before it: another quote, unless given. */
  readonly escape?: "\\";
  /** The last of this many values takes the rest of its line, delimiters included. */
  readonly lastOf?: number;
}

/** What ends a line. */
export const lineBreak = /\r\n?|\n/;

/** Where a line ends, and where the next begins; both at the end of the text where it is not finished. */
export interface LineEnd {
  readonly at: number;
  readonly next: number;
}

/** Finds the end of the line in which a position stands. */
export function lineEnds(text: string): (from: number) => LineEnd {
  if (/\r(?!\n)/.test(text)) {
    return (from) => {
      const pattern = /\r\n?|\n/g;
      pattern.lastIndex = from;
      const found = pattern.exec(text);
      return found === null ? { at: text.length, next: text.length } : { at: found.index, next: pattern.lastIndex };
    };
  }
  return (from) => {
    const at = text.indexOf("\n", from);
    if (at < 0) return { at: text.length, next: text.length };
    return { at: at > from && text[at - 1] === "\r" ? at - 1 : at, next: at + 1 };
  };
}

export interface TextRecord {
  readonly fields: string[];
  readonly next: number;
  readonly lines: number;
  /** "open": a quote is opened and not closed in the text. "inside": a quote is closed before the value ends. */
  readonly problem?: "open" | "inside";
}

/** What is wrong with a record; undefined where nothing is. */
export function recordProblem({ problem, fields }: TextRecord, width: number): string | undefined {
  if (problem === "open") return "a quote is opened and never closed";
  if (problem === "inside") return "a quote is closed before the value ends";
  return fields.length === width ? undefined : `${fields.length} fields where ${width} are expected`;
}

const blanks = /[^\S\r\n]*/y;
const noTabs = /[^\S\r\n\t]*/y;
const noSpaces = /[^\S\r\n ]*/y;

/** Reads the record that starts at a position, on the line that ends at `end`. */
export function readRecord(
  { quote, delimiter, escape: backslash, lastOf }: TextFormat,
  text: string,
  start: number,
  end: LineEnd,
  endOfLine: (from: number) => LineEnd,
): TextRecord {
  const line = text.slice(start, end.at);
  if (quote === "" || !line.includes(quote)) {
    return { fields: splitPlain(line, delimiter, lastOf), next: end.next, lines: 1 };
  }
  const fields: string[] = [];
  const skip = (pattern: RegExp, from: number) => {
    pattern.lastIndex = from;
    return pattern.test(text) ? pattern.lastIndex : from;
  };
  // Blanks are all that `trim` takes off a value, but no line ends and no delimiter.
  const skipBlanks = (from: number) => skip(delimiter === "\t" ? noTabs : delimiter === " " ? noSpaces : blanks, from);
  let lineEnd = end;
  let lines = 1;
  let at = delimiter === " " ? skip(blanks, start) : start;
  for (;;) {
    const first = skipBlanks(at);
    if (text[first] === quote) {
      const closed = closingQuote(text, quote, first + 1, backslash);
      if (closed < 0) return { fields, next: lineEnd.next, lines, problem: "open" };
      while (lineEnd.at < closed && lineEnd.next > lineEnd.at) {
        lineEnd = endOfLine(lineEnd.next);
        lines++;
      }
      const value = text.slice(first + 1, closed);
      fields.push(backslash ? value.replace(/\\(["\\])/g, "$1") : value.replaceAll(quote + quote, quote));
      at = skipBlanks(closed + 1);
      if (at < lineEnd.at && !text.startsWith(delimiter, at)) {
        return { fields, next: lineEnd.next, lines, problem: "inside" };
      }
    } else {
      const found = text.indexOf(delimiter, at);
      const stop = found < 0 || found > lineEnd.at ? lineEnd.at : found;
      fields.push(text.slice(at, stop));
      at = stop;
    }
    if (at >= lineEnd.at) return { fields, next: lineEnd.next, lines };
    at += delimiter.length;
    if (delimiter === " ") {
      at = skip(blanks, at);
      if (at >= lineEnd.at) return { fields, next: lineEnd.next, lines };
    }
  }
}

/** The values of a line without quotes. Several blanks separate as one does, and those around the line do not count. */
function splitPlain(line: string, delimiter: string, lastOf = Number.POSITIVE_INFINITY): string[] {
  if (delimiter === " ") return line.trim().split(/ +/);
  const fields = line.split(delimiter);
  if (fields.length <= lastOf) return fields;
  return [...fields.slice(0, lastOf - 1), fields.slice(lastOf - 1).join(delimiter)];
}

/** The values of a line; quotes that are not closed have no meaning. */
export function splitLine(line: string, format: TextFormat): string[] {
  const end = { at: line.length, next: line.length };
  const { fields, problem } = readRecord(format, line, 0, end, () => end);
  return problem === undefined ? fields : line.split(format.delimiter);
}

/** Where a quoted value ends, or −1. */
function closingQuote(text: string, quote: string, from: number, backslash?: string): number {
  if (backslash !== undefined) {
    for (let at = from; at < text.length; at++) {
      if (text[at] === backslash) at++;
      else if (text[at] === quote) return at;
    }
    return -1;
  }
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 2)) {
    if (text[at + 1] !== quote) return at;
  }
  return -1;
}
