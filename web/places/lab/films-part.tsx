import { useMemo, useState } from "preact/hooks";
import type { Film, FilmSimilarities, FilmTerms } from "../../../src/client.ts";
import { filmLabel } from "../../../src/data/film-title.ts";
import { clusterPicture, similarityPicture } from "../../../src/report/pictures/similarity-map.ts";
import { termsPicture } from "../../../src/report/pictures/terms.ts";
import { mostCompared } from "../../../src/report/similarity.ts";
import { ProblemNote } from "../../frame/problem-note.tsx";
import { useSession } from "../../session.ts";
import { type RequestState, useRequest } from "../../use-request.ts";
import { FilmPicker } from "./film-picker.tsx";
import { PictureFigure } from "./picture-figure.tsx";

/** How many films are shown before anybody has chosen some. */
const firstFilms = 12;

const ways = [
  { content: 0, label: "How people rated them", measure: "similarity by how people rated the films" },
  { content: 0.5, label: "Both, half and half", measure: "similarity by ratings and words, half and half" },
  { content: 1, label: "What they are about", measure: "similarity by the words of titles, genres and tags" },
] as const;

/** A few films beside each other: by their words, and by how alike they are. */
export function FilmsPart() {
  const { client, profile } = useSession();
  const rated = useMemo(
    () =>
      profile.ratings
        .toSorted((a, b) => b.rating - a.rating)
        .slice(0, mostCompared)
        .map(({ film }) => film),
    [profile.ratings],
  );
  const [chosen, setChosen] = useState<readonly Film[] | undefined>(() =>
    rated.length >= 5 ? rated.slice(0, firstFilms) : undefined,
  );
  const known = useRequest("lab known films", (signal) => client.items({ limit: firstFilms, signal }));
  const films = chosen ?? known.value?.items ?? [];
  return (
    <>
      <h3>What makes two films alike?</h3>
      <p class="lab-text">
        There are two ways to tell. Ask who liked them: films are alike if the same people rate them alike, whatever
        they are about. Or read about them: films are alike if they share words that few others have. Choose up to{" "}
        {mostCompared} films and see where the two agree.
      </p>
      {known.problem && !chosen && <ProblemNote problem={known.problem} onRetry={known.retry} />}
      <FilmPicker
        films={films}
        most={mostCompared}
        onChange={setChosen}
        sets={[
          ...(rated.length > 0 ? [{ label: "Your best-rated", films: rated }] : []),
          ...(known.value ? [{ label: "Films many people know", films: known.value.items }] : []),
        ]}
      />
      {films.length >= 2 ? (
        <>
          <Terms films={films} />
          <Similarities films={films} />
        </>
      ) : (
        <p class="nothing-yet">Choose two films or more to compare them.</p>
      )}
    </>
  );
}

const keyOf = (films: readonly Film[]) => JSON.stringify(films.map(({ id }) => id));
const idsOf = (films: readonly Film[]) => films.map(({ id }) => id);

/** While films are being chosen, many requests would be for films that are not all. */
const delay = 150;

function Terms({ films }: { films: readonly Film[] }) {
  const { client } = useSession();
  const terms = useRequest(
    `lab terms ${keyOf(films)}`,
    async (signal) => ({ films, answer: await client.lab.terms(idsOf(films), { signal }) }),
    delay,
  );
  return (
    <section class="lab-evaluation" aria-labelledby="terms-heading">
      <h3 id="terms-heading">The words that mark them</h3>
      <p class="lab-text">
        Words of a film's title, genres and tags count the more the fewer films have them: “space” says more than
        “drama”. This is all that a computer that never saw a film has to go by.
      </p>
      <Answer request={terms} draw={drawTerms} />
    </section>
  );
}

function drawTerms({ films, answer }: { films: readonly Film[]; answer: FilmTerms }) {
  const marked = answer.items
    .map(({ terms }, n) => ({ title: filmLabel(films[n]), terms }))
    .filter(({ terms }) => terms.length > 0);
  if (marked.length === 0) return [];
  // as many columns as can be taken in
  const each = Math.max(1, Math.min(5, Math.floor(45 / marked.length)));
  const titleLength = matchMedia("(width < 40rem)").matches ? 18 : 38;
  return [termsPicture(document, marked, { each, titleLength })];
}

function Similarities({ films }: { films: readonly Film[] }) {
  const { client } = useSession();
  const [way, setWay] = useState<(typeof ways)[number]>(ways[0]);
  const similarities = useRequest(
    `lab similarities ${way.content} ${keyOf(films)}`,
    async (signal) => ({
      films,
      measure: way.measure,
      answer: await client.lab.similarities(idsOf(films), { content: way.content, signal }),
    }),
    delay,
  );
  return (
    <section class="lab-evaluation" aria-labelledby="alike-heading">
      <h3 id="alike-heading">How alike they are</h3>
      <p class="lab-text">
        The brighter a square, the more alike are the film of its row and that of its column. In the second picture
        films that are alike to the same others stand together, and the branches show which came together first.
      </p>
      <fieldset class="lab-switch">
        <legend>Alike by</legend>
        {ways.map((one) => (
          <label key={one.content}>
            <input type="radio" name="alike" checked={one === way} onChange={() => setWay(one)} />
            <span>{one.label}</span>
          </label>
        ))}
      </fieldset>
      <Answer request={similarities} draw={drawSimilarities} />
    </section>
  );
}

function drawSimilarities(found: { films: readonly Film[]; measure: string; answer: FilmSimilarities }) {
  const { films, measure, answer } = found;
  const similar = {
    titles: films.map((film) => filmLabel(film)),
    similarities: Float64Array.from(answer.similarities.flat(), (value) => value ?? Number.NaN),
    which: "the films that you chose",
    measure,
  };
  return [similarityPicture(document, similar), clusterPicture(document, similar)];
}

function Answer<T>({
  request: { value, problem, loading, retry },
  draw,
}: {
  request: RequestState<T>;
  draw: (value: T) => readonly Parameters<typeof PictureFigure>[0]["picture"][];
}) {
  const pictures = useMemo(() => value && draw(value), [value]);
  if (problem) return <ProblemNote problem={problem} onRetry={retry} />;
  if (!pictures) return <p class="lab-wait">Drawing …</p>;
  return (
    <div class={`lab-pictures${loading ? " is-stale" : ""}`} aria-busy={loading}>
      {pictures.map((picture) => (
        <PictureFigure key={picture.name} picture={picture} />
      ))}
    </div>
  );
}
