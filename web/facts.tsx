interface FactsProps {
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly class: string;
}

/** Facts by their names. */
export function Facts({ facts, ...rest }: FactsProps) {
  return (
    <dl {...rest}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
