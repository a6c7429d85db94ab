/** How pictures are drawn: as SVG, by Plot, in the document of a page or in one made in Node. Plot is an optional package. */
import type { PlotOptions } from "@observablehq/plot";
import { MatineeError, missingPackageError } from "../errors.ts";

/** What `npm install` takes for the pictures. */
export const drawingPackages = "@observablehq/plot linkedom";

type Plot = typeof import("@observablehq/plot");
let loaded: Plot | undefined;

/**
 * Loads what draws the pictures. `blankDocument` does so itself; a page, which has a document, awaits this before its first picture.
 *
 * @throws PACKAGE_MISSING
 */
export async function loadPlot(): Promise<void> {
  loaded ??= await import("@observablehq/plot").catch((cause: unknown) => {
    throw missingPackageError("@observablehq/plot", drawingPackages, cause);
  });
}

/** Plot, once it is loaded. @throws USAGE */
export function plot(): Plot {
  if (loaded) return loaded;
  throw new MatineeError("USAGE", "what draws pictures is not loaded", { fix: "await loadPlot() first" });
}

/** Draws SVG markup: the same bytes for the same data. @param alt "" for a decoration */
export function draw(document: Document, alt: string, options: PlotOptions): string {
  const svg = plot().plot({ ...options, document, className: "plot", figure: false });
  // the page around it has the styles: a strict content security policy allows no others
  svg.querySelector("style")?.remove();
  if (alt === "") svg.setAttribute("aria-hidden", "true");
  else {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", alt);
  }
  svg.setAttribute("font-size", "12");
  for (const element of svg.querySelectorAll("*")) {
    for (const name of ["transform", "d", "x", "x1", "x2", "y", "y1", "y2", "width", "height"]) {
      const value = element.getAttribute(name);
      if (value)
        element.setAttribute(
          name,
          value.replace(/\d+\.\d{3,}/g, (text) => String(Number(Number(text).toFixed(2)))),
        );
    }
  }
  return svg.outerHTML;
}
