import type { Problem } from "../problem.ts";

/** A problem with its cause and its fix. */
export function ProblemNote({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return (
    <div class="problem" role="alert">
      <p class="problem-title">{problem.title}</p>
      <p>{problem.detail}</p>
      <p>What helps: {problem.fix}</p>
      {problem.passing && <p>The page tries again by itself, and at once when you are back online.</p>}
      <button type="button" class="button" onClick={onRetry}>
        Retry
      </button>
    </div>
  );
}
