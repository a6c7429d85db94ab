/** Films × terms: the heaviest terms of some films, and how much each weighs for the others. */
import { decimal } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { type MarkedFilm, termsEach, type WeighedTerm } from "../marked-films.ts";
import { type Picture, shortened } from "../picture.ts";

/**
 * Draws a heat map of films × terms. Its columns are the heaviest terms of every film, which all films share.
 *
 * @param films each with at least one term
 * @param options each: how many terms of each film are columns; titleLength: characters to which titles are shortened, for narrow windows
 */
export function termsPicture(
  document: Document,
  films: readonly MarkedFilm[],
  { each = termsEach, titleLength = 38 }: { readonly each?: number; readonly titleLength?: number } = {},
): Picture {
  const marks = films.map(({ terms }) => terms.slice(0, each));
  const columns = [...new Set(marks.flat().map(({ term }) => term))].sort();
  const cells = films.flatMap(({ title, terms }, row) =>
    terms
      .filter(({ term }) => columns.includes(term))
      .map(({ term, weight }): TermCell => ({ row, title, term, weight, column: columns.indexOf(term) }))
      .sort((a, b) => a.column - b.column),
  );
  const alt =
    `Heat map of ${films.length} films by ${columns.length} terms. ` +
    films.map(({ title }, row) => `${title}: ${marks[row].map(termText).join(", ")}.`).join(" ");
  return {
    name: "terms",
    title: "Terms that mark each film",
    caption:
      `The columns are the ${each === 1 ? "heaviest term" : `${each} heaviest terms`} of every film, so that a film shows the marks of the others too. A weight is high where ` +
      "what is written about the film has the term often, and few other films have it. Blank: the film does not have the term.",
    panels: [{ alt, svg: drawCells(document, alt, films, columns, cells, titleLength) }],
    table: {
      columns: ["film", "term", "weight"],
      rows: cells.map(({ title, term, weight }) => [title, term, weight]),
    },
  };
}

interface TermCell extends WeighedTerm {
  readonly title: string;
  readonly row: number;
  readonly column: number;
}

function termText({ term, weight }: WeighedTerm): string {
  return `${term} ${decimal(weight)}`;
}

const [cellWidth, cellHeight] = [36, 22];
/** Width of a character of a title, and height of the terms. */
const [characterWidth, termHeight] = [7, 130];
/** The heaviest cell's opacity: the number in it stays legible. */
const darkest = 0.45;

function drawCells(
  document: Document,
  alt: string,
  films: readonly MarkedFilm[],
  columns: readonly string[],
  cells: readonly TermCell[],
  titleLength: number,
): string {
  const titleWidth = characterWidth * titleLength;
  const highest = Math.max(...cells.map(({ weight }) => weight));
  return draw(document, alt, {
    width: titleWidth + cellWidth * columns.length,
    height: termHeight + cellHeight * films.length,
    margin: 0,
    marginLeft: titleWidth,
    marginBottom: termHeight,
    x: { domain: Array.from(columns.keys()), axis: null, padding: 0 },
    y: { domain: Array.from(films.keys()), axis: null, padding: 0 },
    opacity: { domain: [0, highest], range: [0, darkest] },
    marks: [
      plot().cell(
        films.flatMap((_, row) => columns.map((_, column) => ({ row, column }))),
        {
          x: "column",
          y: "row",
          inset: 0.5,
          fill: "var(--faint)",
        },
      ),
      plot().cell(cells, {
        x: "column",
        y: "row",
        inset: 0.5,
        fill: "var(--series-1)",
        fillOpacity: "weight",
        title: (cell: TermCell) => `${cell.title}, ${termText(cell)}`,
      }),
      plot().text(cells, { x: "column", y: "row", text: ({ weight }: TermCell) => weight.toFixed(2) }),
      plot().text(films, {
        frameAnchor: "left",
        y: (_: unknown, row: number) => row,
        text: ({ title }: MarkedFilm) => shortened(title, titleLength),
        textAnchor: "end",
        dx: -8,
      }),
      plot().text(columns, {
        frameAnchor: "bottom",
        x: (_: unknown, column: number) => column,
        text: (term: string) => shortened(term, 20),
        textAnchor: "end",
        rotate: -90,
        dy: 8,
      }),
    ],
  });
}
