import { RateFilms } from "./rate-films.tsx";

/** Films to rate. */
export function RatePlace({ find: _find }: { find: string }) {
  return <RateFilms />;
}
