import type { Api } from "./api.ts";
import { Problem } from "./api.ts";
import type { ModelInfo } from "./film.ts";
import { Header } from "./header.tsx";
import { JumpLink } from "./jump-link.tsx";
import { ProblemNote } from "./problem-note.tsx";
import { RateFilms } from "./rate-films.tsx";
import { Recommendations } from "./recommendations.tsx";
import { SessionContext } from "./session.ts";
import { useProfile } from "./use-profile.ts";
import { useRequest } from "./use-request.ts";
import { YourRatings } from "./your-ratings.tsx";

export function App({ api }: { api: Api }) {
  const model = useRequest("models", async (signal) => activeModel(await api.models(signal)));
  return (
    <>
      <a class="skip-link" href="#main">
        Skip to the films
      </a>
      <Header model={model.value} />
      <main id="main" tabIndex={-1}>
        {model.problem && <ProblemNote problem={model.problem} onRetry={model.retry} />}
        {model.value && <Parts key={model.value.data.name} api={api} model={model.value} />}
      </main>
    </>
  );
}

/** The three parts of the page, in the order they are read; wide windows put the second beside the others. */
function Parts({ api, model }: { api: Api; model: ModelInfo }) {
  const kept = useProfile(model.data);
  return (
    <SessionContext.Provider value={{ api, model, ...kept }}>
      <div class="parts">
        <RateFilms />
        <Recommendations />
        <YourRatings />
      </div>
      {kept.profile.ratings.length > 0 && <JumpLink />}
    </SessionContext.Provider>
  );
}

function activeModel(models: readonly ModelInfo[]): ModelInfo {
  const model = models.find((each) => each.active) ?? models[0];
  if (!model) throw new Problem("No model is loaded", "The server has no model to ask.", "train one: matinee train");
  return model;
}
