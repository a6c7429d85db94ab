/** Questions to a new user, by outside ids. */
import { checkList } from "../check-arguments.ts";
import { asItemIndex } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";
import { type Film, filmOf } from "./films.ts";
import { filmsToAsk } from "./films-to-ask.ts";
import type { OpenModel } from "./open-model.ts";
import type { UserRatings } from "./query.ts";
import { knownItems, queryOfRequest, type UserRequest } from "./request.ts";

/** What a new user has said so far: their ratings, and more. */
export interface OnboardingRequest extends UserRequest {
  /** Films that they have seen and not rated. */
  readonly seen?: Iterable<Id>;
  /** Films that they have not seen. */
  readonly unseen?: Iterable<Id>;
  /** Other films that they are not asked about, which say nothing of them. */
  readonly exclude?: Iterable<Id>;
  /** How many films; 10 unless given. */
  readonly k?: number;
}

/**
 * The films to ask somebody about next, as `filmsToAsk` chooses them.
 *
 * @param unknown is given the ids of films that the model does not know
 * @throws USER_UNKNOWN, RATING_INVALID, USAGE
 */
export function questionsFor(
  opened: OpenModel,
  users: UserRatings | undefined,
  { seen = [], unseen = [], exclude = [], k = 10, ...request }: OnboardingRequest,
  unknown: Id[],
): Film[] {
  for (const [name, list] of Object.entries({ seen, unseen, exclude, ratings: request.ratings })) {
    checkList("questions", name, list);
  }
  const { profile } = queryOfRequest(opened, users, request, unknown);
  const answers = {
    seen: [...Array.from(profile.items, asItemIndex), ...knownItems(opened, seen, unknown)],
    unseen: knownItems(opened, unseen, unknown),
    exclude: knownItems(opened, exclude, unknown),
  };
  return filmsToAsk(opened.info, answers, k).map((item) => filmOf(opened.info, item));
}
