import { useEffect, useState } from "preact/hooks";
import { type Client, ProblemError, type ServerStatus } from "../../src/client.ts";
import { type Problem, toProblem } from "../problem.ts";

/** Milliseconds between an answer and the next question. */
const askEvery = 5000;

interface Known {
  readonly status?: ServerStatus;
  /** The status before that, of the same process, for what happened between them. */
  readonly before?: ServerStatus | undefined;
  readonly problem?: Problem;
  /** Whether the server wants another key; then it is not asked again. */
  readonly keyNeeded?: boolean;
}

/** Asks for the status again and again, while the page is in sight. */
export function useStatus(client: Client): Known & { readonly retry: () => void } {
  const [known, setKnown] = useState<Known>({});
  const [retries, setRetries] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let timer: number | undefined;
    async function ask() {
      if (!document.hidden) {
        try {
          const status = await client.status({ signal });
          setKnown(({ status: last }) => ({ status, before: last && last.uptime < status.uptime ? last : undefined }));
        } catch (error) {
          if (signal.aborted) return;
          const keyNeeded = error instanceof ProblemError && (error.status === 401 || error.status === 403);
          setKnown((last) => ({ ...last, problem: toProblem(error), keyNeeded }));
          if (keyNeeded) return;
        }
      }
      timer = window.setTimeout(ask, askEvery);
    }
    void ask();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [client, retries]);
  return { ...known, retry: () => setRetries((count) => count + 1) };
}
