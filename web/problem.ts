import { ProblemError } from "../src/client.ts";

/** A failure as the page shows it. */
export type Problem = Pick<ProblemError, "title" | "detail" | "fix">;

/** Any error as a problem: that of a request, or one in the page itself. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return { title: "Something went wrong in the page", detail, fix: "reload the page" };
}
