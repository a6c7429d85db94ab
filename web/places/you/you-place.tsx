import { YourRatings } from "./your-ratings.tsx";

/** What the page knows of the user. */
export function YouPlace() {
  return <YourRatings />;
}
