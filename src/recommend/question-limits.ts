/** Until when a language model is asked: budgets of tokens and time, and a circuit breaker for a server that does not answer. */
import { count } from "../numbers.ts";
import { ChatError } from "./chat.ts";

/** So many failures in a row, and nothing is sent for a while. */
const maxFailures = 5;
/** Milliseconds. */
const pause = 60_000;
/** The server knows who asks, and does not want to answer: asking again changes nothing. */
const refusals = [401, 403];

export interface QuestionLimits {
  /**
   * For the time before each question.
   * @param tokens that the question takes
   * @param timeout seconds that an answer may take
   * @returns the seconds that it may take, fewer where the budget ends
   * @throws Error where nothing is to be sent, with the reason
   */
  admit(tokens: number, timeout: number): number;
  noteAnswer(): void;
  noteFailure(error: Error): void;
  /** What a question took. */
  charge(tokens: number, seconds: number): void;
  /** Why nothing is sent any more, or why no question was ever answered; undefined while it works. */
  problem(): string | undefined;
}

/** @param now the time in milliseconds */
export function limitQuestions(
  { tokenBudget, timeBudget }: { readonly tokenBudget: number; readonly timeBudget: number },
  now: () => number = Date.now,
): QuestionLimits {
  const used = { tokens: 0, seconds: 0 };
  let answers = 0;
  let failures = 0; // in a row
  let last = "";
  /** For good. */
  let ended: string | undefined;
  let resumeAt = -Infinity;

  function stopped(): string | undefined {
    if (ended !== undefined || now() >= resumeAt) return ended;
    return `${failures} questions in a row failed, and no more are asked for a minute; the last: ${last}`;
  }
  return {
    admit(tokens, timeout) {
      if (used.tokens + tokens > tokenBudget)
        ended ??= `the budget of ${count(tokenBudget)} tokens is spent (tokenBudget)`;
      if (used.seconds >= timeBudget) ended ??= `the budget of ${count(timeBudget)} s is spent (timeBudget)`;
      const reason = stopped();
      if (reason !== undefined) throw new Error(reason);
      return Math.min(timeout, timeBudget - used.seconds);
    },
    noteAnswer() {
      answers++;
      failures = 0;
    },
    noteFailure(error) {
      last = error.message;
      failures++;
      if (error instanceof ChatError && refusals.includes(error.status ?? 0)) ended = `it is not asked again: ${last}`;
      if (failures >= maxFailures) resumeAt = now() + pause;
    },
    charge(tokens, seconds) {
      used.tokens += tokens;
      used.seconds += seconds;
    },
    problem() {
      return stopped() ?? (answers === 0 && failures > 0 ? last : undefined);
    },
  };
}
