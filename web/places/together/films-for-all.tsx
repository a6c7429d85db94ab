import { useId, useState } from "preact/hooks";
import { addressOf, type GroupRule } from "../../address.ts";
import { FilmFacts } from "../../film/film-facts.tsx";
import { Poster } from "../../film/poster.tsx";
import { formatRating, starsLabel } from "../../film/scale.ts";
import { ProblemNote } from "../../frame/problem-note.tsx";
import { PlaceLink } from "../../router.tsx";
import { useSession } from "../../session.ts";
import { useFirstNew } from "../../use-first-new.ts";
import { useRequest } from "../../use-request.ts";
import { type FilmOfGroup, leastWords, type Member, rules, togetherRequest } from "./group.ts";

const pageLength = 12;
const longest = 100;
const requestDelay = 150;

interface FilmsForAllProps {
  readonly members: readonly Member[];
  readonly nameOf: (id: string) => string;
  readonly rule: GroupRule;
  readonly onRule: (rule: GroupRule) => void;
}

/** Films for all members, with what each film is to each of them. */
export function FilmsForAll({ members, nameOf, rule, onRule }: FilmsForAllProps) {
  const { client } = useSession();
  const [length, setLength] = useState(pageLength);
  const wanted = togetherRequest(members, rule, length);
  const ids = members.map(({ id }) => id);
  const { value, problem, loading, retry } = useRequest(
    JSON.stringify([ids, wanted]),
    async (signal) => ({ ids, items: (await client.recommendTogether({ ...wanted, signal })).items }),
    requestDelay,
  );
  const films = value?.items;
  // The answer may be older than the last change of who is watching.
  const names = value?.ids.map(nameOf) ?? [];
  const shown = films?.length ?? 0;
  const { list, expect } = useFirstNew<HTMLOListElement>(shown, ".film-title a");

  return (
    <section class="together-part" aria-labelledby="for-all-heading">
      <h3 id="for-all-heading">{members.length === 2 ? "For both of you" : `For the ${members.length} of you`}</h3>
      <RuleChoice rule={rule} onRule={onRule} />
      <p class="hint">
        The longer a bar, the nearer is the film to the top of that person’s own list. Beside it are the stars to expect
        of them.
      </p>
      {problem && <ProblemNote problem={problem} onRetry={retry} />}
      <p class="visually-hidden" role="status">
        {films && !loading && `${shown} films for ${new Intl.ListFormat("en-GB").format(names)}`}
      </p>
      {films?.length === 0 && !loading && <p class="nothing-yet">There is no film left that none of you has seen.</p>}
      <ol ref={list} class="film-list" aria-busy={loading}>
        {films?.map((film) => (
          <li key={film.id} class="card" data-film={film.id}>
            <FilmForAll film={film} names={names} />
          </li>
        ))}
      </ol>
      {shown === length && length < longest && (
        <button
          type="button"
          class="button more"
          onClick={() => {
            expect();
            setLength(Math.min(longest, length + pageLength));
          }}
        >
          Show more films
        </button>
      )}
    </section>
  );
}

function RuleChoice({ rule, onRule }: Pick<FilmsForAllProps, "rule" | "onRule">) {
  const name = useId();
  return (
    <fieldset class="rules">
      <legend>How to choose</legend>
      {(Object.keys(rules) as GroupRule[]).map((each) => (
        <label key={each} class="rule">
          <input type="radio" name={name} checked={each === rule} onChange={() => onRule(each)} />
          <span>
            <span class="rule-label">{rules[each].label}</span>
            <span class="rule-hint">{rules[each].hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function FilmForAll({ film, names }: { film: FilmOfGroup; names: readonly string[] }) {
  const address = addressOf({ name: "film", film });
  const least = leastWords(film, names);
  return (
    <div class="film-body">
      <PlaceLink class="poster-link" to={address} aside>
        <Poster film={film} size="tile" />
      </PlaceLink>
      <div class="card-text">
        <FilmFacts film={film} level="h4" to={address} />
        <ul class="shares">
          {film.people.map(({ share, predicted }, n) => (
            <li key={n} class={n === film.limitedBy ? "share is-least" : "share"}>
              <span class="share-name">{names[n]}</span>
              <span class="share-room" aria-hidden="true">
                <span class="share-bar" style={{ width: `${100 * share}%` }} />
              </span>
              {predicted !== undefined && (
                <span class="share-stars" aria-hidden="true">
                  ★ {formatRating(predicted)}
                </span>
              )}
              <span class="visually-hidden">
                : {Math.round(100 * share)} of 100
                {predicted !== undefined && `, ${starsLabel(predicted)} expected`}
              </span>
            </li>
          ))}
        </ul>
        {least !== undefined && <p class="share-least">{least}</p>}
      </div>
    </div>
  );
}
