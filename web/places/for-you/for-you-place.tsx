import { Recommendations } from "./recommendations.tsx";

/** The films that suit the user. */
export function ForYouPlace() {
  return <Recommendations />;
}
