import { useEffect, useState } from "preact/hooks";
import { type Problem, toProblem } from "./problem.ts";

export interface RequestState<T> {
  /** The last response, also while the next one is loading. */
  readonly value: T | undefined;
  /** The key of the request that `value` answers. */
  readonly valueKey: string | undefined;
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  readonly retry: () => void;
}

interface Settled<T> {
  readonly value?: T;
  readonly valueKey?: string;
  readonly problem?: Problem;
  /** The last request that ended: its key, with the count of retries. */
  readonly attempt?: string;
}

/**
 * Sends a request when `key` changes and has not changed again for `delay` milliseconds. A newer request cancels the older one,
 * so a late response never replaces a newer one. The key `undefined` sends nothing and drops the last response.
 *
 * @param key everything that the request depends on
 * @param send a new function with the same key does not send again
 */
export function useRequest<T>(
  key: string | undefined,
  send: (signal: AbortSignal) => Promise<T>,
  delay = 0,
): RequestState<T> {
  const [settled, setSettled] = useState<Settled<T>>({});
  const [retries, setRetries] = useState(0);
  const attempt = key === undefined ? undefined : `${retries} ${key}`;

  useEffect(() => {
    if (key === undefined || attempt === undefined) {
      setSettled({});
      return;
    }
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(async () => {
      try {
        const value = await send(signal);
        if (!signal.aborted) setSettled({ value, valueKey: key, attempt });
      } catch (error) {
        if (!signal.aborted) setSettled((before) => ({ ...before, problem: toProblem(error), attempt }));
      }
    }, delay);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [attempt]);

  const loading = attempt !== undefined && settled.attempt !== attempt;
  return {
    value: key === undefined ? undefined : settled.value,
    valueKey: settled.valueKey,
    problem: loading ? undefined : settled.problem,
    loading,
    retry: () => setRetries((count) => count + 1),
  };
}
