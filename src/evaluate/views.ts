/** The two views of a comparison: whose lists are judged. */
import { quoteArgument } from "../check-arguments.ts";
import { MatineeError } from "../errors.ts";
import type { Evaluation, View } from "./evaluation.ts";

/** Each view by its name in tables, and what it judges. */
export const viewNames: Readonly<Record<View, string>> = { shipped: "as shipped", model: "model alone" };
export const viewSummaries: Readonly<Record<View, string>> = {
  shipped: "As shipped: a place that the model leaves empty shows one of the most rated films",
  model: "The model alone: a place that it leaves empty is a miss",
};

/** The view beside this one. */
export function otherViewOf(view: View): View {
  return view === "shipped" ? "model" : "shipped";
}

/** @throws USAGE for what is no view */
export function checkView(view: unknown): void {
  if (typeof view === "string" && Object.hasOwn(viewSummaries, view)) return;
  throw new MatineeError("USAGE", `view is ${quoteArgument(view)}`, {
    fix: `give ${Object.keys(viewSummaries).join(" or ")}`,
  });
}

/** Whether every metric has the same mean in both views. */
export function doViewsAgree({ models }: Evaluation): boolean {
  return models.every(({ metrics, otherView }) =>
    Object.entries(metrics).every(([name, { mean }]) => otherView[name]?.mean === mean),
  );
}
