/** Setting a title without a browser: widths of League Gothic's letters, line breaks, and sizes. Lengths are in units of the poster. */

/** Heights as parts of the size: of a capital, and what an accent adds above it. */
export const capHeight = 0.735;
const accentHeight = 0.17;
/** What a comma or cedilla has below the foot of the letters. */
const tailHeight = 0.1;

/** The font is drawn at 75 to 100 % of its width. Letters, and their widths at both, in thousandths of the size. */
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"#$%&'()*+,-./:;=?@[]·–—…’½²³°¡¿ÆŒØÐÞ×";
const narrowest = [
  260, 253, 227, 258, 206, 216, 233, 238, 123, 140, 260, 212, 305, 247, 231, 246, 235, 237, 236, 225, 237, 233, 344,
  250, 261, 205, 231, 156, 239, 230, 252, 231, 235, 202, 234, 240, 108, 128, 204, 464, 216, 423, 317, 121, 194, 194,
  229, 341, 121, 160, 124, 241, 136, 136, 340, 237, 348, 188, 188, 93, 266, 315, 318, 121, 756, 249, 250, 122, 128, 237,
  353, 325, 231, 258, 241, 310,
];
const widest = [
  389, 364, 358, 372, 327, 301, 363, 380, 188, 212, 375, 295, 484, 395, 358, 352, 358, 357, 338, 332, 368, 362, 512,
  374, 358, 316, 354, 240, 363, 352, 351, 342, 342, 307, 340, 342, 154, 177, 260, 614, 306, 500, 423, 151, 274, 274,
  331, 518, 151, 217, 157, 352, 177, 177, 517, 343, 426, 263, 263, 105, 394, 475, 471, 151, 852, 320, 316, 229, 177,
  343, 566, 505, 358, 372, 357, 430,
];
/** The widths of other letters are guesses: of Latin ones, of those of other scripts (in another font), and of ideographs. */
const latin = 360;
const otherScript = 560;
const ideograph = 1000;

/** How wide a text is at a size of 1, narrowest and widest. */
interface Widths {
  readonly narrow: number;
  readonly wide: number;
}

function widthsOf(text: string): Widths {
  let [narrow, wide] = [0, 0];
  for (const letter of text.normalize("NFD")) {
    const at = letters.indexOf(letter);
    narrow += at >= 0 ? narrowest[at] : guessedWidth(letter);
    wide += at >= 0 ? widest[at] : guessedWidth(letter);
  }
  return { narrow: narrow / 1000, wide: wide / 1000 };
}

function guessedWidth(letter: string): number {
  if (/\p{M}/u.test(letter)) return 0;
  if (letter < "\u0370") return latin;
  return letter < "\u2e80" ? otherScript : ideograph;
}

const stretched = ({ narrow, wide }: Widths, stretch: number) => narrow + stretch * (wide - narrow);

/** The width of a text in capitals at a size of 1. @param stretch 0 (narrowest) to 1 */
export function textWidth(text: string, stretch: number): number {
  return stretched(widthsOf(text), stretch);
}

export interface Line {
  readonly text: string;
  readonly size: number;
  /** As wide as the letters are drawn: 0 (narrowest) to 1. */
  readonly stretch: number;
  readonly width: number;
  /** From the top of the title to the foot of the letters. */
  readonly foot: number;
  /** Of the title, of small words in it alone, or of what stands below it. */
  readonly kind: "large" | "small" | "below";
}

export interface SetTitle {
  readonly lines: readonly Line[];
  readonly height: number;
}

const smallWords = new Set(
  (
    "A AN THE OF AND OR IN ON TO FOR FROM WITH AT BY AS VS VS. DE LA LE LES DES DU ET EN UN UNE DER DAS UND EL LOS LAS " +
    "IL LO GLI DI DA DEL DELLA Y & + –"
  ).split(" "),
);

/** Articles and the like. @param word in capitals */
export function isSmallWord(word: string): boolean {
  return smallWords.has(word);
}

/** Breaks a title into lines as wide as the space, each of its own size, as wood type was set, and no higher than the space. */
export function setTitle(title: string, credits: string, space: Space): SetTitle {
  const { main, rest } = partsOfTitle(title);
  const below = [
    ...(rest ? setBelow(rest, space.width, restSizes) : []),
    ...(credits ? setBelow(credits, space.width, [creditSize]) : []),
  ];
  const restHeight = below.length === 0 ? 0 : 6 + below.reduce((sum, line) => sum + lineHeight(line), 0);
  const room = { width: space.width, height: space.height - restHeight / 2 };
  const units = unitsOf(main.split(" ")).map(unitOf);
  let best: readonly Sized[] = [];
  let bestWorth = Number.NEGATIVE_INFINITY;
  for (let breaks = 0; breaks < 1 << (units.length - 1); breaks++) {
    const broken = brokenAt(units, breaks);
    if (broken.length > mostLines) continue;
    for (const stretch of stretches) {
      const sized = sizeLines(broken, stretch, room);
      const worth = worthOf(sized, room);
      if (worth > bestWorth) [best, bestWorth] = [sized, worth];
    }
  }
  return stack([...best, ...below]);
}

/** "Dr. Strangelove" and "or: How I Learned…"; "2001" and "A Space Odyssey". Two single words, as in "Mission: Impossible", stay together. */
export function partsOfTitle(title: string): { readonly main: string; readonly rest: string } {
  const upper = title.toUpperCase().replace(/\s+/g, " ").trim();
  const [, main, rest] = /^(.+?)(?:: | [-–—] |,? (?=OR:? ))(.+)$/.exec(upper) ?? [];
  if (main === undefined || !(main.includes(" ") || rest.includes(" "))) return { main: upper, rest: "" };
  return { main, rest };
}

interface Sized extends Omit<Line, "foot"> {
  readonly accents: boolean;
}

const mostLines = 6;
const mostUnits = 8;
const stretches = [1, 0.7, 0.4, 0.1];
/** What is smaller can hardly be read on a tile. */
const leastSize = 34;
const smallest = 24;
const restSizes = [22, 19.5, 17, 15];
const creditSize = 11;

interface Space {
  readonly width: number;
  readonly height: number;
}

/** Words that stand together: small words with each other, and the shortest neighbours of a title with many words. */
function unitsOf(words: readonly string[]): string[] {
  const units: string[] = [];
  const allSmall = words.every(isSmallWord);
  for (const word of words) {
    const last = units.at(-1);
    if (last !== undefined && !allSmall && isSmallWord(word) && last.split(" ").every(isSmallWord)) {
      units[units.length - 1] = `${last} ${word}`;
    } else units.push(word);
  }
  while (units.length > mostUnits) {
    const pairs = units.slice(1).map((unit, n) => unit.length + units[n].length);
    const at = pairs.indexOf(Math.min(...pairs));
    units.splice(at, 2, `${units[at]} ${units[at + 1]}`);
  }
  return units;
}

/** Words that no line break parts, or a line of them. */
interface Unit extends Widths {
  readonly text: string;
  readonly small: boolean;
  readonly accents: boolean;
}

function unitOf(text: string): Unit {
  return { text, ...widthsOf(text), small: text.split(" ").every(isSmallWord), accents: hasAccent(text) };
}

const blank = widthsOf(" ");

function brokenAt(units: readonly Unit[], breaks: number): Unit[] {
  const lines = [units[0]];
  for (let n = 1; n < units.length; n++) {
    const unit = units[n];
    const line = lines[lines.length - 1];
    if (breaks & (1 << (n - 1))) lines.push(unit);
    else {
      lines[lines.length - 1] = {
        text: `${line.text} ${unit.text}`,
        narrow: line.narrow + blank.narrow + unit.narrow,
        wide: line.wide + blank.wide + unit.wide,
        small: line.small && unit.small,
        accents: line.accents || unit.accents,
      };
    }
  }
  return lines;
}

function sizeLines(lines: readonly Unit[], stretch: number, room: Space): Sized[] {
  const none = lines.every((line) => line.small);
  const sized = lines.map((line): Sized => {
    const small = line.small && !none;
    const natural = stretched(line, stretch);
    const size = Math.min(room.width / natural, room.height / capHeight, small ? smallest : Number.POSITIVE_INFINITY);
    const { text, accents } = line;
    return { text, size, stretch, kind: small ? "small" : "large", width: size * natural, accents };
  });
  const cap = largestThatFits(sized, room.height);
  return sized.map((line) => (line.size <= cap ? line : { ...line, size: cap, width: (line.width * cap) / line.size }));
}

/** The size to which the largest lines are cut, so that all are no higher than this. Small words keep their size. */
function largestThatFits(lines: readonly Sized[], height: number): number {
  let left =
    height -
    lines.reduce((sum, line) => sum + gapBelow(line) + (line.kind === "small" ? line.size * tallness(line) : 0), 0);
  const large = lines.filter((line) => line.kind === "large").sort((a, b) => a.size - b.size);
  for (const [n, line] of large.entries()) {
    const tall = large.slice(n).reduce((sum, other) => sum + tallness(other), 0);
    if (line.size * tall > left) return Math.max(4, left / tall);
    left -= line.size * tallness(line);
  }
  return Number.POSITIVE_INFINITY;
}

/** Lines that fill the space with letters of like sizes are worth most. */
function worthOf(lines: readonly Sized[], room: Space): number {
  const large = lines.filter((line) => line.kind === "large");
  const sizes = large.map((line) => line.size);
  const least = Math.min(...sizes);
  const filled = large.reduce((sum, line) => sum + line.width * line.size, 0) / (room.width * room.height);
  const loose = large.reduce((sum, line) => sum + 1 - line.width / room.width, 0);
  const dangling = lines
    .slice(0, -1)
    .filter((line) => line.kind === "large" && isSmallWord(line.text.slice(line.text.lastIndexOf(" ") + 1)));
  return (
    filled -
    2 * Math.max(0, 1 - least / leastSize) -
    0.22 * Math.log(Math.max(...sizes) / least) -
    0.4 * loose -
    0.25 * dangling.length -
    0.04 * lines.length
  );
}

/** Text in the largest of these sizes that takes at most two lines, or in the last; what takes more than four lines is cut. */
function setBelow(text: string, width: number, sizes: readonly number[]): Sized[] {
  const size = sizes.find((one) => wrap(text, width / one).length <= 2) ?? sizes[sizes.length - 1];
  const lines = wrap(text, width / size);
  const shown = lines.length > 4 ? [...lines.slice(0, 3), `${lines[3]}…`] : lines;
  return shown.map((line) => {
    const natural = textWidth(line, 1);
    const fitted = Math.min(size, width / natural);
    return { text: line, size: fitted, stretch: 1, kind: "below", width: fitted * natural, accents: hasAccent(line) };
  });
}

/** Lines of about equal length, as few as fit. */
function wrap(text: string, width: number): string[] {
  const words = text.split(" ");
  const wrapAt = (limit: number) => {
    const lines: string[] = [];
    for (const word of words) {
      const longer = `${lines.at(-1)} ${word}`;
      if (lines.length > 0 && textWidth(longer, 1) <= limit) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  };
  const count = wrapAt(width).length;
  const even = [0.55, 0.65, 0.75, 0.85, 1].find((part) => wrapAt(width * part).length === count);
  return wrapAt(width * (even ?? 1));
}

function hasAccent(text: string): boolean {
  return /[\u0300-\u030c]/.test(text.normalize("NFD"));
}

function gapBelow(line: Pick<Line, "kind" | "text" | "size">): number {
  return (line.kind === "large" ? 8 : 6) + (/[,;ÇŞĄĘ]/.test(line.text) ? tailHeight * line.size : 0);
}

function tallness(line: Sized): number {
  return capHeight + (line.accents ? accentHeight : 0);
}

function lineHeight(line: Sized): number {
  return line.size * tallness(line) + gapBelow(line);
}

function stack(lines: readonly Sized[]): SetTitle {
  let foot = 0;
  const placed = lines.map(({ accents, ...line }) => {
    foot += line.size * (capHeight + (accents ? accentHeight : 0));
    const at = { ...line, foot };
    foot += gapBelow(line);
    return at;
  });
  const last = lines.at(-1);
  return { lines: placed, height: last ? foot - gapBelow(last) : 0 };
}
