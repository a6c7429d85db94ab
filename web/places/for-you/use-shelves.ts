import type { BatchRecommendations, Film, Id, Recommendation } from "../../../src/client.ts";
import { filmName } from "../../../src/data/film-title.ts";
import { useSession } from "../../session.ts";
import { type RequestState, useRequest } from "../../use-request.ts";
import { promisingFirst } from "./layout.ts";
import { firstPickRequest, type ShelfWish, shelfWishes } from "./requests.ts";

/** A shelf with its films. */
export interface FilledShelf extends Omit<ShelfWish, "request"> {
  readonly films: readonly Recommendation[];
}

export interface ShelvesAndPick {
  /** At most one film. */
  readonly pick: readonly Recommendation[];
  readonly shelves: readonly FilledShelf[];
}

const requestDelay = 80;

/** The first pick and the shelves, by one request. What the model cannot list is left out. @param like as of `shelfWishes` */
export function useShelves(like: Id | undefined): RequestState<ShelvesAndPick> {
  const { client, model, profile } = useSession();
  const wishes = shelfWishes(profile, model.data, like);
  const picks = profile.ratings.length === 0 ? [] : [firstPickRequest(profile)];
  const requests = [...picks, ...wishes.map(({ request }) => request)];

  const send = async (signal: AbortSignal): Promise<ShelvesAndPick> => {
    const liked = like === undefined ? undefined : client.item(like, { signal }).catch(() => undefined);
    const { answers } = await client.recommendBatch(requests, { signal });
    const film = await liked;
    const shelves = wishes.map(({ request: _, ...shelf }, n) => ({
      ...shelf,
      ...(shelf.key === "like" && film && { heading: headingLike(film) }),
      films: promisingFirst(filmsOf(answers[picks.length + n]), model.data.scale),
    }));
    return { pick: picks.length > 0 ? filmsOf(answers[0]) : [], shelves };
  };
  return useRequest(JSON.stringify(requests), send, requestDelay);
}

function headingLike({ title }: Film): string {
  return `More like ${filmName(title)}`;
}

function filmsOf(answer: BatchRecommendations["answers"][number] | undefined): readonly Recommendation[] {
  return answer && "items" in answer ? answer.items : [];
}
