import { BringYourOwn } from "../../import/bring-your-own.tsx";
import { TakeAlong } from "../../import/take-along.tsx";
import { YourRatings } from "./your-ratings.tsx";

/** What the page knows of the user. */
export function YouPlace() {
  return (
    <>
      <YourRatings />
      <BringYourOwn />
      <TakeAlong />
    </>
  );
}
