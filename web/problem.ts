import { type ProblemCode, ProblemError } from "../src/client.ts";

/** A failure as the page shows it. */
export type Problem = Pick<ProblemError, "title" | "detail" | "fix"> & {
  /** Whether it may be over in a moment: nothing answered, or who answered was busy. */
  readonly passing: boolean;
  /** Absent for an error in the page itself. */
  readonly code?: ProblemCode;
};

const passingStatus = [0, 429, 502, 503, 504];

/** Any error as a problem: that of a request, or one in the page itself. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ProblemError) {
    const { title, detail, fix, status, code } = error;
    return { title, detail, fix, passing: passingStatus.includes(status), code };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { title: "Something went wrong in the page", detail, fix: "reload the page", passing: false };
}
