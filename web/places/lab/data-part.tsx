import { useMemo } from "preact/hooks";
import { count, percent } from "../../../src/numbers.ts";
import { ratingsPicture } from "../../../src/report/pictures/ratings.ts";
import { emptyShare } from "../../../src/report/rating-histograms.ts";
import { Facts } from "../../facts.tsx";
import { WithNumbers } from "./numbers.tsx";
import { PictureFigure } from "./picture-figure.tsx";

/** What people rated. */
export function DataPart() {
  return <WithNumbers>{({ ratings }) => <Ratings ratings={ratings} />}</WithNumbers>;
}

function Ratings({ ratings }: { ratings: Parameters<typeof ratingsPicture>[1] }) {
  const picture = useMemo(() => ratingsPicture(document, ratings), [ratings]);
  const { users, items, perUser, perItem } = ratings;
  const facts: readonly (readonly [string, string])[] = [
    ["People", count(users)],
    ["Films", count(items)],
    ["Ratings", count(ratings.ratings)],
    ...(perUser ? [["Ratings of the middle person", count(perUser.median)] as const] : []),
    ...(perItem ? [["Ratings of the middle film", count(perItem.median)] as const] : []),
    ["Blank", percent(emptyShare(ratings))],
  ];
  return (
    <>
      <h3>Most people have seen little, and a few films are seen by nearly all</h3>
      <p class="lab-text">
        Think of a huge sheet of paper with a row for each person and a column for each film.{" "}
        {percent(emptyShare(ratings))} of it is blank. To recommend a film is to guess what would stand in a blank cell.
        A few films have hundreds of ratings and most have a handful, so it is easy to praise the famous ones and hard
        to find the hidden ones.
      </p>
      <Facts facts={facts} class="lab-facts" />
      {!ratings.given && (
        <p class="note">
          Only the number of ratings of each film came along with the model, so there is less to draw. With{" "}
          <code>matinee serve --data FOLDER</code> all of it is here.
        </p>
      )}
      {picture.panels.length > 0 && <PictureFigure picture={picture} />}
    </>
  );
}
