import { useMemo, useState } from "preact/hooks";
import type { Client } from "../../src/client.ts";
import { ProblemNote } from "../frame/problem-note.tsx";
import { Dashboard } from "./dashboard.tsx";
import { KeyForm } from "./key-form.tsx";
import { useStatus } from "./use-status.ts";

/** The page of those who run the server. A key stays in memory, and is gone with the page. */
export function Admin({ clientFor }: { clientFor: (key: string | undefined) => Client }) {
  const [key, setKey] = useState<string>();
  const client = useMemo(() => clientFor(key), [key]);
  const { status, before, problem, keyNeeded, retry } = useStatus(client);
  const refused = keyNeeded && key !== undefined ? problem : undefined;
  return (
    <>
      <header class="header">
        <div class="header-inner">
          <h1 class="wordmark">Matinee</h1>
          <p>How the server is doing</p>
          <p>{status && `Version ${status.version} · a new look every 5 seconds`}</p>
        </div>
      </header>
      <main class="admin">
        {keyNeeded && <KeyForm problem={refused} onKey={setKey} />}
        {problem && !keyNeeded && <ProblemNote problem={problem} onRetry={retry} />}
        {status && !keyNeeded && (
          <Dashboard client={client} status={status} before={before} stale={problem !== undefined} />
        )}
      </main>
    </>
  );
}
