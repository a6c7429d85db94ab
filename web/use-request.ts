import { useEffect, useRef, useState } from "preact/hooks";
import { type Problem, toProblem } from "./problem.ts";

export interface RequestState<T> {
  /** The last response, also while the next one is loading. */
  readonly value: T | undefined;
  /** The key of the request that `value` answers. */
  readonly valueKey: string | undefined;
  /** Stays while the same request is sent again. */
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
  /** How often in a row the request of this key failed. */
  readonly failures: number;
  readonly failedKey?: string;
}

/** Milliseconds until a failed request is sent again; it doubles with each failure. */
const firstPause = 1000;
const longestPause = 30_000;

/**
 * Sends a request at once when the part of the page appears, and later when `key` changes and has not changed again for `delay` milliseconds. A
 * newer request cancels the older one, so a late response never replaces a newer one. The key `undefined` sends nothing and drops the last response. A request that fails for
 * a passing reason is sent again by and by, and at once when the browser is back online or the tab is shown again.
 *
 * @param key everything that the request depends on
 * @param send a new function with the same key does not send again
 */
export function useRequest<T>(
  key: string | undefined,
  send: (signal: AbortSignal) => Promise<T>,
  delay = 0,
): RequestState<T> {
  const [settled, setSettled] = useState<Settled<T>>({ failures: 0 });
  const [retries, setRetries] = useState(0);
  const appeared = useRef(false);
  const attempt = key === undefined ? undefined : `${retries} ${key}`;
  const retry = () => setRetries((count) => count + 1);

  useEffect(() => {
    const pause = appeared.current ? delay : 0;
    appeared.current = true;
    if (key === undefined || attempt === undefined) {
      setSettled({ failures: 0 });
      return;
    }
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(async () => {
      try {
        const value = await send(signal);
        if (!signal.aborted) setSettled({ value, valueKey: key, attempt, failures: 0 });
      } catch (error) {
        if (signal.aborted) return;
        setSettled((before) => {
          const failures = before.failedKey === key ? before.failures + 1 : 1;
          return { ...before, problem: toProblem(error), attempt, failures, failedKey: key };
        });
      }
    }, pause);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [attempt]);

  const loading = attempt !== undefined && settled.attempt !== attempt;
  const problem = settled.failedKey === key ? settled.problem : undefined;
  const failures = !loading && problem?.passing ? settled.failures : 0;

  useEffect(() => {
    if (failures === 0) return;
    const timer = setTimeout(retry, pauseAfter(failures));
    const onShow = () => !document.hidden && retry();
    addEventListener("online", retry);
    document.addEventListener("visibilitychange", onShow);
    return () => {
      clearTimeout(timer);
      removeEventListener("online", retry);
      document.removeEventListener("visibilitychange", onShow);
    };
  }, [failures, attempt]);

  return {
    value: key === undefined ? undefined : settled.value,
    valueKey: settled.valueKey,
    problem,
    loading,
    retry,
  };
}

/** With a random part, so that pages do not all come back at once. */
function pauseAfter(failures: number): number {
  return Math.min(longestPause, firstPause * 2 ** (failures - 1)) * (0.75 + 0.5 * Math.random());
}
