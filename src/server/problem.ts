import type { FastifyReply } from "fastify";
import { type ErrorCode, errorTable, MatineeError } from "../errors.ts";
import type { Problem } from "./shapes.ts";

/**
 * The problem behind any error. Of an unknown error no more is said than its code.
 *
 * @example
 * import { MatineeError } from "matinee";
 * import { problemOf } from "matinee/server";
 * problemOf(new MatineeError("ITEM_UNKNOWN", "there is no film 7")).status; // 404
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof MatineeError) return problem(error.code, error.message, error.fix);
  const { message = "", statusCode } = error as { message?: string; statusCode?: number };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return { ...problem("REQUEST_INVALID", message), status: statusCode };
  }
  return problem("INTERNAL", "the request could not be answered");
}

export function replyWithProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type("application/problem+json").send(problem);
}

function problem(code: ErrorCode, detail: string, fix: string = errorTable[code].fix): Problem {
  const { title, status } = errorTable[code];
  return { type: `urn:matinee:error:${code}`, title, status, code, detail, fix };
}
