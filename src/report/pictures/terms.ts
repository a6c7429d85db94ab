/** The heaviest terms of each film: those that weigh most in the texts about it. */
import { decimal } from "../../numbers.ts";
import { draw, plot } from "../draw.ts";
import { type Panel, type Picture, panelWidth, shortened } from "../picture.ts";

/** A film's terms, heaviest first. */
export interface MarkedFilm {
  readonly title: string;
  readonly terms: readonly { readonly term: string; readonly weight: number }[];
}

/**
 * Draws the terms that mark some films.
 *
 * @param films each with at least one term
 */
export function termsPicture(document: Document, films: readonly MarkedFilm[]): Picture {
  const highest = Math.max(...films.flatMap(({ terms }) => terms.map(({ weight }) => weight)));
  return {
    name: "terms",
    title: "Terms that mark a film",
    caption:
      "Weights of terms in what is written about each film: high where a film has a term often and few others have it.",
    panels: films.map((film) => termsPanel(document, film, highest, panelWidth(films.length))),
    table: {
      columns: ["film", "term", "weight"],
      rows: films.flatMap(({ title, terms }) => terms.map(({ term, weight }) => [title, term, weight])),
    },
  };
}

function termsPanel(document: Document, { title, terms }: MarkedFilm, highest: number, width: number): Panel {
  const alt = `${title}: ${terms.map(({ term, weight }) => `${term} ${decimal(weight)}`).join(", ")}.`;
  const labels = terms.map(({ term }) => shortened(term, 18));
  const options = {
    width,
    height: 12 + 22 * terms.length,
    marginLeft: 126,
    marginTop: 4,
    marginBottom: 8,
    marginRight: 52,
    x: { domain: [0, highest], axis: null },
    y: { domain: Array.from(terms.keys()), label: null, padding: 0.25 },
    marks: [
      plot().barX(terms, { x: "weight", y: (_: unknown, n: number) => n, fill: "var(--series-0)" }),
      plot().text(terms, {
        x: "weight",
        y: (_: unknown, n: number) => n,
        text: ({ weight }: { weight: number }) => weight.toFixed(2),
        textAnchor: "start",
        dx: 5,
      }),
      plot().axisY({ tickFormat: (n: number) => labels[n], tickSize: 0 }),
    ],
  };
  return { title: shortened(title, 60), alt, svg: draw(document, alt, options) };
}
