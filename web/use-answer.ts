import { useEffect, useState } from "preact/hooks";
import { asProblem, type Problem } from "./api.ts";

export interface Answer<T> {
  /** The last answer there was, also while the next one is on its way. */
  readonly value: T | undefined;
  /** The question `value` answers. */
  readonly answered: string | undefined;
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  readonly retry: () => void;
}

interface Settled<T> {
  readonly value?: T;
  readonly answered?: string;
  readonly problem?: Problem;
  /** The question, with the count of retries, that came to an end last. */
  readonly turn?: string;
}

/**
 * Asks whenever `question` changes, after `delay` milliseconds of rest. A newer question takes the older one back, so
 * that a late answer never replaces a newer one. `undefined` asks nothing and forgets the last answer.
 */
export function useAnswer<T>(
  question: string | undefined,
  ask: (signal: AbortSignal) => Promise<T>,
  delay = 0,
): Answer<T> {
  const [settled, setSettled] = useState<Settled<T>>({});
  const [retries, setRetries] = useState(0);
  const turn = question === undefined ? undefined : `${retries} ${question}`;

  // `question` says all that `ask` depends on: a new function for the same question asks nothing.
  useEffect(() => {
    if (question === undefined || turn === undefined) {
      setSettled({});
      return;
    }
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(async () => {
      try {
        const value = await ask(signal);
        if (!signal.aborted) setSettled({ value, answered: question, turn });
      } catch (error) {
        if (!signal.aborted) setSettled((before) => ({ ...before, problem: asProblem(error), turn }));
      }
    }, delay);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [turn]);

  const loading = turn !== undefined && settled.turn !== turn;
  return {
    value: question === undefined ? undefined : settled.value,
    answered: settled.answered,
    problem: loading ? undefined : settled.problem,
    loading,
    retry: () => setRetries((count) => count + 1),
  };
}
