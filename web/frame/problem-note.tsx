import type { ComponentChildren } from "preact";
import type { Problem } from "../problem.ts";

interface ProblemNoteProps {
  readonly problem: Problem;
  /** Absent where trying the same again changes nothing. */
  readonly onRetry?: () => void;
  /** What else is to be said. */
  readonly children?: ComponentChildren;
}

/** A problem with its cause and its fix. */
export function ProblemNote({ problem, onRetry, children }: ProblemNoteProps) {
  return (
    <div class="problem" role="alert">
      <p class="problem-title">{problem.title}</p>
      <p>{problem.detail}</p>
      <p>What helps: {problem.fix}.</p>
      {problem.passing && <p>The page tries again by itself, and at once when you are back online.</p>}
      {children}
      {onRetry && (
        <button type="button" class="button" onClick={onRetry}>
          Retry
        </button>
      )}
    </div>
  );
}
