/** Checks of what public functions are given, for programs without types: a wrong argument is named, with the way out. */
import { didYouMean } from "./did-you-mean.ts";
import { MatineeError } from "./errors.ts";

/**
 * Refuses options by other names than the known ones.
 *
 * @param call takes the options: "train"
 * @param fix for an option; which options there are unless given
 * @throws USAGE
 */
export function checkOptions(
  call: string,
  options: unknown,
  known: readonly string[],
  fix?: (option: string) => string | undefined,
): void {
  const names = `the options of ${call} are ${known.join(", ")}`;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new MatineeError("USAGE", `${call} takes its options as an object, not as ${quoteArgument(options)}`, {
      fix: names,
    });
  }
  const other = Object.keys(options).find((name) => !known.includes(name));
  if (other === undefined) return;
  throw new MatineeError("USAGE", `${call} has no option "${other}"`, {
    fix: fix?.(other) ?? `${didYouMean(other, known)}${names}`,
  });
}

/** Refuses anything but a list, where one is given: a text or a number alone is a common slip. @throws USAGE */
export function checkList(call: string, option: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value === "object" && value !== null && Symbol.iterator in value) return;
  throw new MatineeError("USAGE", `${call}: ${option} is ${quoteArgument(value)}`, {
    fix: `give a list: ${option}: [ … ]`,
  });
}

/** Refuses anything but a number in these bounds, where one is given. @throws USAGE */
export function checkNumber(
  call: string,
  option: string,
  value: unknown,
  {
    least,
    most = Number.POSITIVE_INFINITY,
    whole = false,
  }: { readonly least: number; readonly most?: number; readonly whole?: boolean },
): void {
  if (value === undefined) return;
  if (typeof value === "number" && value >= least && value <= most && (!whole || Number.isSafeInteger(value))) return;
  throw new MatineeError("USAGE", `${call}: ${option} is ${quoteArgument(value)}`, {
    fix: `give a ${whole ? "whole " : ""}number${least > -Number.MAX_VALUE ? ` from ${least}` : ""}${most < Infinity ? ` to ${most}` : ""}`,
  });
}

/** Refuses anything but a data set. @throws USAGE */
export function checkDataset(call: string, data: unknown): void {
  if (typeof data === "object" && data !== null && "byUser" in data) return;
  throw new MatineeError("USAGE", `${call} takes ratings, not ${quoteArgument(data)}`, {
    fix: "read them first: await readRatings(…)",
  });
}

/** Refuses anything but a recommender. @throws USAGE */
export function checkRecommender(call: string, option: string, value: unknown): void {
  if (typeof value === "object" && value !== null && "trained" in value) return;
  throw new MatineeError("USAGE", `${call}: ${option} is ${quoteArgument(value)}`, {
    fix: "give a recommender: what train or loadRecommender returns",
  });
}

/** A value as messages show it: a text in quotation marks, a function by its name, other things by their kind. */
export function quoteArgument(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `the function ${value.name}`;
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
