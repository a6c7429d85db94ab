/** Optional packages, loaded at their first use. */
import { createRequire } from "node:module";
import { missingPackageError } from "./errors.ts";

/** @param install arguments of `npm install`, for the error. @throws PACKAGE_MISSING */
export function loadOptionalPackage<T>(name: string, install = name): T {
  try {
    return createRequire(import.meta.url)(name);
  } catch (error) {
    throw missingPackageError(name, install, error);
  }
}
