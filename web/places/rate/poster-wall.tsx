import { useEffect, useState } from "preact/hooks";
import type { Film, Id } from "../../../src/client.ts";
import { ProblemNote } from "../../frame/problem-note.tsx";
import { type Session, useSession } from "../../session.ts";
import { useFirstNew } from "../../use-first-new.ts";
import { useRequest } from "../../use-request.ts";
import { FilmTile } from "./film-tile.tsx";
import { isAnswered, questionsBy } from "./films-to-rate.ts";
import { fillSlots, filmOf, type Slot } from "./slots.ts";

/** Whole rows where three, four, six or eight stand side by side. */
const firstCount = 24;
const moreCount = 24;

/** As many as a phone shows at first. */
const drawnFirst = 12;

/** What the wall showed last, by whose answers it was: who comes back from a film finds it as it was. */
const shownLast = new WeakMap<Session["change"], readonly Slot[]>();

/** Posters of films to rate, chosen by the answers so far. A film that is answered gives way to the next one, and all others stay where they are. */
export function PosterWall() {
  const { client, profile, change } = useSession();
  const [slots, setSlots] = useState(() => shownLast.get(change) ?? []);
  const [count, setCount] = useState(Math.max(firstCount, slots.length));
  // A film stays while its stars are open, so that they can be changed.
  const [open, setOpen] = useState<Id>();
  const wanted = questionsBy(profile);
  const request = useRequest(
    JSON.stringify(wanted),
    async (signal) => (await client.questions({ ...wanted, signal })).items,
  );

  const isDone = (film: Film) => film.id !== open && isAnswered(profile, film);
  const filled = fillSlots(slots, count, request.value ?? [], isDone);
  if (filled !== slots) setSlots(filled);
  useEffect(() => void shownLast.set(change, filled), [change, filled]);

  const { list, expect } = useFirstNew<HTMLUListElement>(filled.length, "button");
  const isThere = request.value !== undefined || filled.length > 0;
  const free = (request.value ?? []).filter((film) => !isDone(film)).length;
  return (
    <>
      {request.problem && <ProblemNote problem={request.problem} onRetry={request.retry} />}
      <ul class="wall" ref={list} aria-busy={!isThere} aria-label="Films to rate">
        {isThere
          ? filled.map((slot, place) => {
              const film = filmOf(slot, isDone);
              return (
                <li key={place} class="tile">
                  {film && (
                    <FilmTile
                      film={film}
                      fresh={film !== slot[0]}
                      asks
                      later={place >= drawnFirst}
                      onOpen={(is) => setOpen((before) => (is ? film.id : before === film.id ? undefined : before))}
                    />
                  )}
                </li>
              );
            })
          : Array.from({ length: firstCount }, (_, place) => <li key={place} class="tile is-placeholder" />)}
      </ul>
      {request.value && free > filled.length && (
        <button
          type="button"
          class="button more"
          onClick={() => {
            expect();
            setCount(filled.length + moreCount);
          }}
        >
          More films
        </button>
      )}
    </>
  );
}
