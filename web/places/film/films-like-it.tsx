import { useEffect, useState } from "preact/hooks";
import type { Film, ScoredFilm } from "../../../src/client.ts";
import { filmName } from "../../../src/data/film-title.ts";
import type { ListedFilm } from "../../film/listed-film.ts";
import { Shelf } from "../../film/shelf.tsx";
import { ContentSlider } from "../../film/slider.tsx";
import { useSession } from "../../session.ts";
import { useRequest } from "../../use-request.ts";

const shelfLength = 12;
/** A slider asks anew with each of its steps, but for those that are passed over. */
const sliderDelay = 80;

interface FilmsLikeItProps {
  readonly film: Film;
  readonly onOpen: (film: ListedFilm) => void;
}

/** Films like one film, and what else those love who love it; no film in both. */
export function FilmsLikeIt({ film, onOpen }: FilmsLikeItProps) {
  const { client, model, profile } = useSession();
  const [content, setContent] = useState(0);
  const similar = useRequest(
    `similar ${film.id} ${content}`,
    async (signal) => (await client.similar(film.id, { k: shelfLength, content, signal })).items,
    sliderDelay,
  );
  const incomparable = similar.problem?.code === "CAPABILITY_MISSING";
  // A model that compares no films by ratings leaves what they are about.
  const [aboutOnly, setAboutOnly] = useState(false);
  useEffect(() => {
    if (!incomparable) return;
    setAboutOnly(true);
    setContent(1);
  }, [incomparable]);
  const ratings = [{ id: film.id, rating: model.data.scale.max }];
  const loved = useRequest(`loved ${film.id}`, async (signal) => {
    return (await client.recommend({ ratings, k: 3 * shelfLength, signal })).items;
  });
  const { neverGenres } = profile.wishes;
  const allowed = <T extends ScoredFilm>(films: readonly T[]) => {
    return films.filter(({ genres }) => !genres.some((genre) => neverGenres.includes(genre)));
  };
  const alike = allowed(similar.value ?? []);
  const among = new Set(alike.map(({ id }) => id));
  // The same for everybody is no answer to who loves this film.
  const personal = (loved.value ?? []).filter(({ id, source }) => source !== "popular" && !among.has(id));
  const also = !similar.value && similar.loading ? [] : allowed(personal).slice(0, shelfLength);
  return (
    <>
      {alike.length > 0 && (
        <Shelf heading="Similar films" hint={hintOf(content)} films={alike} onOpen={onOpen}>
          {!aboutOnly && <ContentSlider value={content} onValue={setContent} />}
        </Shelf>
      )}
      {also.length > 0 && (
        <Shelf
          heading={`Who loves ${filmName(film.title)} also loves`}
          films={also.map(({ confidence: _, predicted: __, ...other }) => other)}
          onOpen={onOpen}
        />
      )}
    </>
  );
}

function hintOf(content: number): string {
  if (content === 0) return "Liked by the same people";
  return content === 1 ? "Alike in what they are about" : "Liked by the same people, and alike in what they are about";
}
