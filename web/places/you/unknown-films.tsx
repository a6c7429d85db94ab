import { filmLabel } from "../../../src/data/film-title.ts";
import { listBasis } from "../../profile/list-basis.ts";
import { useSession } from "../../session.ts";
import { useRequest } from "../../use-request.ts";

/** Films of the profile that the model does not know: an answer leaves them aside, and they are named here. */
export function UnknownFilms() {
  const { client, profile } = useSession();
  const marked = Object.values(profile.marks).flat();
  const films = [...profile.ratings.map(({ film }) => film), ...marked];
  const wanted = { ...listBasis(profile), exclude: marked.map(({ id }) => id), k: 1 };
  const key = films.length > 0 ? JSON.stringify([wanted.ratings, wanted.exclude]) : undefined;
  const request = useRequest(key, async (signal) => (await client.recommend({ ...wanted, signal })).unknown);
  const ids = new Set(request.value);
  const unknown = films.filter(({ id }) => ids.has(id));
  if (unknown.length === 0) return null;
  return (
    <p class="note">
      {unknown.length === 1 ? "One of your films is" : `${unknown.length} of your films are`} not in this collection,
      and {unknown.length === 1 ? "has" : "have"} no say in your lists:{" "}
      {unknown.map((film) => filmLabel(film)).join(", ")}.
    </p>
  );
}
