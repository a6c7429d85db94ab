/** Pictures of the data and of the models. */
export function LabPlace({ part: _part }: { part: string | undefined }) {
  return <h2>Lab</h2>;
}
