import type { ComponentChildren } from "preact";
import type { LabNumbers } from "../../../src/client.ts";
import { ProblemNote } from "../../frame/problem-note.tsx";
import { useSession } from "../../session.ts";
import { useRequest } from "../../use-request.ts";

/** Shows what there is to say of the data and the model, once it is there. */
export function WithNumbers({ children }: { children: (numbers: LabNumbers) => ComponentChildren }) {
  const { client } = useSession();
  const numbers = useRequest("lab numbers", (signal) => client.lab.numbers({ signal }));
  if (numbers.problem) return <ProblemNote problem={numbers.problem} onRetry={numbers.retry} />;
  if (numbers.value) return <>{children(numbers.value)}</>;
  return <p class="lab-wait">Counting …</p>;
}
