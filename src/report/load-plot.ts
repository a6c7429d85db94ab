/**
 * Plot, an optional package. Its types are left out here, so that the declarations of `matinee/report` compile where it is not
 * installed.
 */
import { MatineeError, missingPackageError } from "../errors.ts";

/** What `npm install` takes for the pictures. */
export const drawingPackages = "@observablehq/plot linkedom";

let loaded: unknown;

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

/** @throws USAGE where it has not been loaded */
export function loadedPlot(): unknown {
  if (loaded !== undefined) return loaded;
  throw new MatineeError("USAGE", "what draws pictures is not loaded", { fix: "await loadPlot() first" });
}
