import { useTitle } from "../../use-title.ts";

/** Pictures of the data and of the models. */
export function LabPlace({ part: _part }: { part: string | undefined }) {
  useTitle("Lab");
  return <h2>Lab</h2>;
}
