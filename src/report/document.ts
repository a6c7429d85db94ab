import { missingPackageError } from "../errors.ts";
import { drawingPackages, loadPlot } from "./load-plot.ts";

/** A document in Node, for drawing, by the optional packages @observablehq/plot and linkedom. @throws PACKAGE_MISSING */
export async function blankDocument(): Promise<Document> {
  await loadPlot();
  const { parseHTML } = await import("linkedom").catch((cause: unknown) => {
    throw missingPackageError("linkedom", drawingPackages, cause);
  });
  return parseHTML("<!doctype html><html><head></head><body></body></html>").document;
}
