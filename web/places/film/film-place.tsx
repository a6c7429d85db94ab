import { useState } from "preact/hooks";
import type { Film, Id } from "../../../src/client.ts";
import { filmLabel } from "../../../src/data/film-title.ts";
import { addressOf } from "../../address.ts";
import { FilmFacts } from "../../film/film-facts.tsx";
import { FilmMarks } from "../../film/film-marks.tsx";
import { FilmSaid, saidOf } from "../../film/film-said.tsx";
import { FilmSheet } from "../../film/film-sheet.tsx";
import type { ListedFilm } from "../../film/listed-film.ts";
import { Poster } from "../../film/poster.tsx";
import { StarRating } from "../../film/star-rating.tsx";
import { ProblemNote } from "../../frame/problem-note.tsx";
import { ratingOf } from "../../profile/profile.ts";
import { PlaceLink, useRouter } from "../../router.tsx";
import { useSession } from "../../session.ts";
import { useRequest } from "../../use-request.ts";
import { useTitle } from "../../use-title.ts";
import { noControls } from "../for-you/controls.ts";
import { DetailsPart } from "./details-part.tsx";
import { FilmsLikeIt } from "./films-like-it.tsx";
import { ForYouPart } from "./for-you-part.tsx";

/** One film: what it is, what the user says of it, and what it means to them. */
export function FilmPlace({ id }: { id: Id }) {
  const { client } = useSession();
  const film = useRequest(`film ${id}`, (signal) => client.item(id, { signal }));
  useTitle(film.value && filmLabel(film.value));
  if (film.value) return <AboutFilm film={film.value} />;
  if (film.problem?.code === "ITEM_UNKNOWN") return <UnknownFilm />;
  return film.problem ? <ProblemNote problem={film.problem} onRetry={film.retry} /> : null;
}

function AboutFilm({ film }: { film: Film }) {
  const { go } = useRouter();
  const [opened, setOpened] = useState<ListedFilm>();
  const showMore = (other: Film) => go(addressOf({ name: "for-you", controls: { ...noControls, like: other.id } }));
  return (
    <article class="part film-place" aria-labelledby="film-heading">
      <div class="film-head">
        <Poster film={film} size="large" />
        <div class="film-about">
          <div class="film-names" id="film-heading">
            <FilmFacts film={film} level="h2" />
          </div>
          <Yours film={film} />
          {/* Below the stars, which must not move when it comes. */}
          <ForYouPart film={film} />
        </div>
      </div>
      <DetailsPart film={film} />
      <FilmsLikeIt film={film} onOpen={setOpened} />
      {opened && (
        <FilmSheet
          film={opened}
          why={`Like ${filmLabel(film)}`}
          onChange={() => {}}
          onMore={() => showMore(opened)}
          onClose={() => setOpened(undefined)}
        />
      )}
    </article>
  );
}

/** What the user says of the film. */
function Yours({ film }: { film: Film }) {
  const { model, profile, change } = useSession();
  const said = saidOf(profile, film);
  return (
    <div class="film-yours">
      <StarRating
        film={film}
        scale={model.data.scale}
        rating={ratingOf(profile, film.id)}
        label="Your rating"
        onRate={(rating) => change({ type: "rate", film, rating })}
        onClear={() => change({ type: "clear", id: film.id })}
      />
      <FilmMarks film={film} />
      {said && <FilmSaid film={film} said={said} />}
    </div>
  );
}

function UnknownFilm() {
  useTitle("No such film");
  return (
    <div class="part film-place">
      <div class="invitation">
        <h2 class="invitation-title">There is no such film here</h2>
        <p>Its address may be from other data, or have a slip in it. Most films are found by a part of their title.</p>
        <PlaceLink class="button is-filled" to={addressOf({ name: "rate" })}>
          Find a film
        </PlaceLink>
      </div>
    </div>
  );
}
