/** How much the server takes on at a time, besides turns. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { MatineeError } from "../errors.ts";
import type { ServerSettings } from "./options.ts";

/**
 * Gives an answer so many seconds. Its work is told by a signal when they are over, or when the client has gone.
 * Fastify's own signal and `handlerTimeout` end with the request's body.
 *
 * @throws OVERLOADED
 */
export async function answerInTime<T>(
  reply: FastifyReply,
  seconds: number,
  work: (signal: AbortSignal) => Promise<T> | T,
): Promise<T> {
  const end = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const stop = (error: MatineeError) => {
    end.abort(error);
    reject(error);
  };
  const late = () => stop(new MatineeError("OVERLOADED", `there was no answer within ${seconds} s`));
  const timer = setTimeout(late, 1000 * seconds);
  const gone = () => stop(new MatineeError("CANCELLED", "nobody waits for the answer any more"));
  reply.raw.once("close", gone);
  try {
    return await Promise.race([work(end.signal), ended]);
  } finally {
    clearTimeout(timer);
    reply.raw.off("close", gone);
  }
}

/** Requests from their beginning until their answer has been taken. */
export interface OpenRequests {
  /** Whether any is open. */
  readonly any: boolean;
  /** Counts a request, until its answer has been taken or its socket is closed. @throws OVERLOADED */
  begin(reply: FastifyReply): void;
  /** Counts the bytes of an answer, and closes the socket of who does not take it in time. */
  send(request: FastifyRequest, reply: FastifyReply, bytes: number): void;
  /** How many requests are open, and the bytes of answers that have not been taken. */
  count(): { readonly open: number; readonly unsentBytes: number };
}

export function openRequests({ limits }: ServerSettings): OpenRequests {
  let [open, unsent] = [0, 0];
  return {
    get any() {
      return open > 0;
    },
    begin(reply) {
      if (open >= limits.requests) {
        reply.header("connection", "close"); // its body is not read
        throw new MatineeError("OVERLOADED", `${limits.requests} requests are open already`);
      }
      if (unsent >= limits.unsentBytes) {
        reply.header("connection", "close");
        throw new MatineeError("OVERLOADED", "too many answers have not been taken yet");
      }
      open++;
      reply.raw.once("close", () => open--);
    },
    send(request, reply, bytes) {
      unsent += bytes;
      const timer = setTimeout(() => request.raw.socket.destroy(), 1000 * limits.sendSeconds).unref();
      reply.raw.once("close", () => {
        unsent -= bytes;
        clearTimeout(timer);
      });
    },
    count: () => ({ open, unsentBytes: unsent }),
  };
}
