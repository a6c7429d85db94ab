import { useState } from "preact/hooks";
import { DropZone } from "./drop-zone.tsx";
import { StudyArticle } from "./study-article.tsx";
import { readStudy, type StudyReport } from "./study-report.ts";

const studies = [
  {
    number: "000",
    title: "People like you",
    about:
      "Finds people who rate as you do, and lists what they liked. How many such people does it take, and how far off are the guesses?",
  },
  {
    number: "001",
    title: "Films that are rated alike",
    about: "Compares films by who rated them how, then learns a map of tastes step by step, and watches it learn.",
  },
  {
    number: "002",
    title: "Ratings and words together",
    about:
      "Blends what people rated with what films are about, and asks whether the blend is better than either alone.",
  },
  {
    number: "003",
    title: "A small network of neurons",
    about: "Teaches a network to guess stars, and makes a list for somebody whom it has never met.",
  },
  {
    number: "004",
    title: "Genres, a map of them, and texts",
    about: "Starts from people of similar taste, then tries genres, a map of genres, and a model of language.",
  },
] as const;

/** The published studies that Matinee repeats. */
export function StudiesPart() {
  const [report, setReport] = useState<StudyReport>();
  return (
    <>
      <h3>Five studies, done again and done right</h3>
      <p class="lab-text">
        Students published five notebooks, each of which builds something that recommends films. Matinee repeats every
        step of them, puts its numbers beside theirs, and shows what their mistakes do to a result. Run the line below a
        study, and bring the report that it writes here. With a name that ends in .html, it opens in any browser
        instead.
      </p>
      <ol class="lab-studies">
        {studies.map(({ number, title, about }) => (
          <li key={number}>
            <h4>{title}</h4>
            <p>{about}</p>
            <p>
              <code>
                matinee experiment {number} --report study-{number}.json
              </code>
            </p>
          </li>
        ))}
      </ol>
      <DropZone
        label="Read a study here"
        hint="Choose or drop what “matinee experiment 000 --report study-000.json” wrote. It stays in this browser."
        read={readStudy}
        onRead={([first]) => setReport(first?.content)}
      />
      {report && <StudyArticle report={report} />}
    </>
  );
}
