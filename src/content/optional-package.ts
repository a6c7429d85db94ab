/** Optional packages, loaded at their first use. */
import { createRequire } from "node:module";
import { MatineeError } from "../errors.ts";

/** @param install arguments of `npm install`, for the error. @throws PACKAGE_MISSING */
export function loadOptionalPackage<T>(name: string, install = name): T {
  try {
    return createRequire(import.meta.url)(name);
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new MatineeError("PACKAGE_MISSING", `the package ${name} cannot be loaded: ${reason}`, {
      fix: `npm install ${install}`,
      cause: error,
    });
  }
}
