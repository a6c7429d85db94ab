import type { BatchRecommendations, Film, Id, Recommendation } from "../../../src/client.ts";
import { filmName } from "../../../src/data/film-title.ts";
import { useSession } from "../../session.ts";
import { type RequestState, useRequest } from "../../use-request.ts";
import { promisingFirst } from "./layout.ts";
import { type FilledShelf, firstPickRequest, peopleRequest, shelfWishes, withPeople } from "./requests.ts";

export interface ShelvesAndPick {
  /** At most one film. */
  readonly pick: readonly Recommendation[];
  readonly shelves: readonly FilledShelf[];
}

const requestDelay = 80;

/** The first pick and the shelves, by one request, and a shelf by what people like the user love. What cannot be listed is left out. @param like as of `shelfWishes` */
export function useShelves(like: Id | undefined): RequestState<ShelvesAndPick> {
  const { client, model, profile } = useSession();
  const wishes = shelfWishes(profile, model.data, like);
  const picks = profile.ratings.length === 0 ? [] : [firstPickRequest(profile)];
  const requests = [...picks, ...wishes.map(({ request }) => request)];

  const send = async (signal: AbortSignal): Promise<ShelvesAndPick> => {
    const liked = like === undefined ? undefined : client.item(like, { signal }).catch(() => undefined);
    const people =
      profile.ratings.length === 0
        ? undefined
        : client.neighbourhood({ ...peopleRequest(profile), signal }).catch(() => undefined);
    const { answers } = await client.recommendBatch(requests, { signal });
    const film = await liked;
    const shelves = wishes.map(({ request: _, ...shelf }, n) => ({
      ...shelf,
      ...(shelf.key === "like" && film && { heading: headingLike(film) }),
      films: promisingFirst(filmsOf(answers[picks.length + n]), model.data.scale),
    }));
    return { pick: picks.length > 0 ? filmsOf(answers[0]) : [], shelves: withPeople(shelves, await people) };
  };
  return useRequest(JSON.stringify(requests), send, requestDelay);
}

function headingLike({ title }: Film): string {
  return `More like ${filmName(title)}`;
}

function filmsOf(answer: BatchRecommendations["answers"][number] | undefined): readonly Recommendation[] {
  return answer && "items" in answer ? answer.items : [];
}
