import { addressOf } from "../address.ts";
import { PlaceLink } from "../router.tsx";
import { useSession } from "../session.ts";
import { Poster } from "./poster.tsx";
import { joint, type NamedReason, reasonOf } from "./reason.ts";

type Explained = Parameters<typeof reasonOf>[0];

/** Why a film is listed: a sentence, whose films lead to their places. */
export function Why({ film }: { film: Explained }) {
  const { model } = useSession();
  const { lead, films } = reasonOf(film, model.data.feedback);
  return (
    <p class="reason">
      {lead}
      {films.length > 0 && " "}
      {films.map((named, n) => (
        <span key={named.reason.id}>
          {joint(n, films.length)}
          <ReasonChip named={named} />
        </span>
      ))}
    </p>
  );
}

/** A small poster and the film's name, which lead to the film. */
function ReasonChip({ named: { reason, text } }: { named: NamedReason }) {
  const { profile } = useSession();
  const rated = profile.ratings.find(({ film }) => film.id === reason.id)?.film;
  return (
    <PlaceLink class="chip" to={addressOf({ name: "film", film: reason })}>
      {text}
      {/* After the text, beside which it stands: in front, a line could break between the two. */}
      {rated && <Poster film={rated} size="chip" />}
    </PlaceLink>
  );
}
