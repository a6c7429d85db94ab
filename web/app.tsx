import { type Client, type ModelInfo, type ModelList, ProblemError } from "../src/client.ts";
import { Header } from "./header.tsx";
import { JumpLink } from "./jump-link.tsx";
import { MadeUpNote } from "./made-up-note.tsx";
import { ProblemNote } from "./problem-note.tsx";
import { RateFilms } from "./rate-films.tsx";
import { Recommendations } from "./recommendations.tsx";
import { SessionContext } from "./session.ts";
import { useProfile } from "./use-profile.ts";
import { useRequest } from "./use-request.ts";
import { YourRatings } from "./your-ratings.tsx";

export function App({ client }: { client: Client }) {
  const model = useRequest("models", async (signal) => activeModel(await client.models({ signal })));
  return (
    <>
      <a class="skip-link" href="#main">
        Skip to the films
      </a>
      <Header model={model.value} />
      <main id="main" tabIndex={-1}>
        {model.value?.data.madeUp && <MadeUpNote />}
        {model.problem && <ProblemNote problem={model.problem} onRetry={model.retry} />}
        {model.value && <Parts key={model.value.data.name} client={client} model={model.value} />}
      </main>
    </>
  );
}

/** The three parts of the page, in the order they are read; wide windows put the second beside the others. */
function Parts({ client, model }: { client: Client; model: ModelInfo }) {
  const kept = useProfile(model.data);
  return (
    <SessionContext.Provider value={{ client, model, ...kept }}>
      <div class="parts">
        <RateFilms />
        <Recommendations />
        <YourRatings />
      </div>
      {kept.profile.ratings.length > 0 && <JumpLink />}
    </SessionContext.Provider>
  );
}

function activeModel({ models }: ModelList): ModelInfo {
  const model = models.find((each) => each.active) ?? models[0];
  if (!model) {
    const detail = "The server has no model to ask.";
    const fix = "train one: matinee train";
    throw new ProblemError({ code: "MODEL_UNKNOWN", status: 200, title: "No model is loaded", detail, fix });
  }
  return model;
}
