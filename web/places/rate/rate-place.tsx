import { useLayoutEffect, useState } from "preact/hooks";
import { addressOf } from "../../address.ts";
import { PlaceLink, useRouter } from "../../router.tsx";
import { useTitle } from "../../use-title.ts";
import { FilmsFound } from "./films-found.tsx";
import { PosterWall } from "./poster-wall.tsx";
import { Progress } from "./progress.tsx";
import { SearchField } from "./search-field.tsx";

/** Films to rate: those that tell most about the user's taste, or those that a search finds. The search is in the address. */
export function RatePlace({ find }: { find: string }) {
  useTitle(find ? `“${find}”` : "Rate films");
  const { go } = useRouter();
  const [text, setText] = useState(find);
  // Back and forward change the address; what the user types has changed it already. Not after the next letter, which would be lost.
  useLayoutEffect(() => setText((typed) => (typed.trim() === find ? typed : find)), [find]);

  const search = (typed: string) => {
    setText(typed);
    const wanted = typed.trim();
    // One step back leads from a search, however long it was typed on, to what was there before.
    if (wanted !== find) go(addressOf({ name: "rate", find: wanted }), find !== "" || wanted === "");
  };

  return (
    <section class="part rate" aria-labelledby="rate-heading">
      <div class="rate-head">
        <h2 id="rate-heading">Which of these have you seen?</h2>
        <Progress />
      </div>
      <SearchField text={text} onText={search} />
      <p class="hint">
        You rate films elsewhere?{" "}
        <PlaceLink to={`${addressOf({ name: "you" })}#bring-heading`}>Bring them along</PlaceLink>
      </p>
      <FilmsFound query={find} />
      {/* Kept while a search is shown, so that its films stand where they stood. */}
      <div hidden={find !== ""}>
        <PosterWall />
      </div>
    </section>
  );
}
