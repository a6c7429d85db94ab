import { useEffect, useState } from "preact/hooks";
import type { Client, TrialOutcome } from "../../src/client.ts";
import { countText, percentText } from "./wording.ts";

/** Milliseconds between two questions: the server compares many samples of users for each answer. */
const askEvery = 60_000;

const verdicts: Readonly<Record<TrialOutcome["verdict"], string>> = {
  "too few": "Too few users or clicks to judge by, so far",
  better: "The model on trial is clicked more often",
  worse: "The model on trial is clicked less often",
  "no difference": "No difference can be told yet",
};

/** What the A/B test that is going on has found; nothing while that is not known. */
export function TrialBoard({ client }: { client: Client }) {
  const [result, setResult] = useState<TrialOutcome>();
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const ask = () => {
      if (document.hidden) return;
      // The test may have ended meanwhile, which the next status tells.
      client.answering.trialResult({ signal }).then(setResult, () => {});
    };
    ask();
    const timer = setInterval(ask, askEvery);
    return () => {
      controller.abort();
      clearInterval(timer);
    };
  }, [client]);
  if (!result) return null;
  const { a, b, difference, verdict } = result;
  return (
    <section class="board" aria-labelledby="trial">
      <h2 id="trial">A/B test</h2>
      <table class="groups">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Users</th>
            <th scope="col">Shown</th>
            <th scope="col">Clicked</th>
          </tr>
        </thead>
        <tbody>
          {[a, b].map(({ model, users, impressions, clickThrough }) => (
            <tr key={model}>
              <th scope="row">{model}</th>
              <td>{countText(users)}</td>
              <td>{countText(impressions)}</td>
              <td>{clickThrough === undefined ? "–" : percentText(clickThrough)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{verdicts[verdict]}</p>
      {difference && (
        <p class="hint">
          Difference {percentText(difference.value)}, between {percentText(difference.low)} and{" "}
          {percentText(difference.high)} (95 %)
        </p>
      )}
    </section>
  );
}
