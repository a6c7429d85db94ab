import type { Film, ScoredFilm } from "../../../src/client.ts";
import { filmName } from "../../../src/data/film-title.ts";
import type { ListedFilm } from "../../film/listed-film.ts";
import { Shelf } from "../../film/shelf.tsx";
import { useSession } from "../../session.ts";
import { useRequest } from "../../use-request.ts";

const shelfLength = 12;

interface FilmsLikeItProps {
  readonly film: Film;
  readonly onOpen: (film: ListedFilm) => void;
}

/** Films like one film, and what else those love who love it; no film in both. */
export function FilmsLikeIt({ film, onOpen }: FilmsLikeItProps) {
  const { client, model, profile } = useSession();
  // A model that does not compare films has none that are similar.
  const similar = useRequest(`similar ${film.id}`, async (signal) => {
    return (await client.similar(film.id, { k: shelfLength, signal })).items;
  });
  const ratings = [{ id: film.id, rating: model.data.scale.max }];
  const loved = useRequest(`loved ${film.id}`, async (signal) => {
    return (await client.recommend({ ratings, k: 3 * shelfLength, signal })).items;
  });
  const { neverGenres } = profile.wishes;
  const wanted = <T extends ScoredFilm>(films: readonly T[]) => {
    return films.filter(({ genres }) => !genres.some((genre) => neverGenres.includes(genre)));
  };
  const alike = wanted(similar.value ?? []);
  const among = new Set(alike.map(({ id }) => id));
  // The same for everybody is no answer to who loves this film.
  const personal = (loved.value ?? []).filter(({ id, source }) => source !== "popular" && !among.has(id));
  const also = similar.loading ? [] : wanted(personal).slice(0, shelfLength);
  return (
    <>
      {alike.length > 0 && (
        <Shelf heading="Similar films" hint="Liked by the same people" films={alike} onOpen={onOpen} />
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
