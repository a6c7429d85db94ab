import { useMemo, useRef, useState } from "preact/hooks";
import type { NewUserRecommendations, Recommendation, RecommendationRequest } from "../../../src/client.ts";
import { type Problem, toProblem } from "../../problem.ts";
import { useSession } from "../../session.ts";
import { useRequest } from "../../use-request.ts";
import { pageLength } from "./requests.ts";

/** Sliders ask anew with each of their steps, but for those that are passed over. */
const requestDelay = 80;
const mostAtOnce = 100;

export interface LongList {
  /** The first page: another one after each change of the request. */
  readonly answer: NewUserRecommendations | undefined;
  /** The films of all pages, none twice; undefined where there is no answer yet. */
  readonly films: readonly Recommendation[] | undefined;
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  readonly retry: () => void;
  /** Fetches the next page; undefined on the last. */
  readonly more: (() => void) | undefined;
  readonly loadingMore: boolean;
}

/** The pages after the first, and whose they are. */
interface Pages {
  readonly of: NewUserRecommendations | undefined;
  readonly films: readonly Recommendation[];
  readonly next: string | undefined;
  readonly problem?: Problem;
}

/**
 * A list that goes on, page after page. A change of the request brings as many films as were there, at once.
 *
 * @param length how many films to begin with
 */
export function useList(wanted: RecommendationRequest | undefined, length = pageLength): LongList {
  const { client } = useSession();
  const shown = useRef(Math.max(pageLength, length));
  const [pages, setPages] = useState<Pages>();
  const [loadingMore, setLoadingMore] = useState(false);
  const key = wanted && JSON.stringify(wanted);
  const first = useRequest(
    key,
    (signal) => client.recommend({ ...wanted, k: Math.min(mostAtOnce, shown.current), signal }),
    requestDelay,
  );

  // Pages of an earlier answer do not belong to this one.
  const answer = first.value;
  const further = pages && pages.of === answer ? pages : undefined;
  const next = further ? further.next : answer?.next;
  const films = useMemo(() => answer && [...answer.items, ...(further?.films ?? [])], [answer, further]);
  if (films) shown.current = Math.max(pageLength, films.length);

  const more = async () => {
    setLoadingMore(true);
    try {
      const page = await client.recommend({ ...wanted, k: pageLength, ...(next !== undefined && { next }) });
      setPages({ of: answer, films: [...(further?.films ?? []), ...page.items], next: page.next });
    } catch (error) {
      setPages({ of: answer, films: further?.films ?? [], next, problem: toProblem(error) });
    } finally {
      setLoadingMore(false);
    }
  };

  return {
    answer,
    films,
    problem: first.problem ?? further?.problem,
    loading: first.loading,
    retry: first.problem ? first.retry : more,
    more: next === undefined || first.loading ? undefined : more,
    loadingMore,
  };
}
