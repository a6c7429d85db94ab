import type { ComponentChildren, ComponentType } from "preact";
import { ProblemNote } from "./frame/problem-note.tsx";
import { useRequest } from "./use-request.ts";

/** A part of the page whose script is loaded when it is first shown. @param load an `import()` of its own file */
export function Lazily({
  name,
  load,
  children,
}: {
  /** Tells the parts of the page apart. */
  readonly name: string;
  readonly load: () => Promise<ComponentType>;
  /** What stands there until it is loaded. */
  readonly children?: ComponentChildren;
}) {
  const { value, problem, retry } = useRequest(name, async () => ({ Part: await load() }));
  if (problem) return <ProblemNote problem={problem} onRetry={retry} />;
  if (!value) return <>{children}</>;
  return <value.Part />;
}
