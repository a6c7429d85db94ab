/** How pictures are drawn: as SVG, by Plot, in the document of a page or in one made in Node. */
import type { PlotOptions } from "@observablehq/plot";
import { loadedPlot } from "./load-plot.ts";

/** Plot, once it is loaded. @throws USAGE */
export function plot(): typeof import("@observablehq/plot") {
  return loadedPlot() as typeof import("@observablehq/plot");
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
    // a group has no role, so that no reader would say its label
    const mark = element.getAttribute("aria-label");
    if (mark !== null) {
      element.removeAttribute("aria-label");
      element.setAttribute("data-mark", mark);
    }
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
