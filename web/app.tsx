import type { ModelInfo, ModelList } from "../src/client.ts";
import { ProblemError } from "../src/client.ts";
import { Frame } from "./frame/frame.tsx";
import { MadeUpNote } from "./frame/made-up-note.tsx";
import { Notice } from "./frame/notice.tsx";
import { ProblemNote } from "./frame/problem-note.tsx";
import { TopThree } from "./frame/top-three.tsx";
import { Lazily } from "./lazily.tsx";
import { DownloadNote } from "./local/download-note.tsx";
import type { Download } from "./local/site-model.ts";
import { FilmPlace } from "./places/film/film-place.tsx";
import { noControls } from "./places/for-you/controls.ts";
import { ForYouPlace } from "./places/for-you/for-you-place.tsx";
import { LabPlace } from "./places/lab/lab-place.tsx";
import { RatePlace } from "./places/rate/rate-place.tsx";
import { YouPlace } from "./places/you/you-place.tsx";
import { useProfile } from "./profile/use-profile.ts";
import { PlaceLink, RouterProvider, useRouter } from "./router.tsx";
import { type PageClient, SessionContext } from "./session.ts";
import { useRequest } from "./use-request.ts";

export function App({ client, download }: { client: PageClient; download?: Download }) {
  const model = useRequest("models", async (signal) => activeModel(await client.models({ signal })));
  return (
    <RouterProvider>
      <Frame model={model.value}>
        {model.loading && !model.value && download && <DownloadNote download={download} />}
        {model.value?.data.madeUp && <MadeUpNote />}
        {model.problem && <ProblemNote problem={model.problem} onRetry={model.retry} />}
        {model.value && <Places key={model.value.data.name} client={client} model={model.value} />}
      </Frame>
    </RouterProvider>
  );
}

function Places({ client, model }: { client: PageClient; model: ModelInfo }) {
  const kept = useProfile(model.data);
  return (
    <SessionContext.Provider value={{ client, model, ...kept }}>
      <CurrentPlace />
      <Bottom />
    </SessionContext.Provider>
  );
}

/** At the foot of the window: what the last change did, and while the user rates film after film, what it did to the list. */
function Bottom() {
  const { place } = useRouter();
  return (
    <div class="bottom">
      {/* What is said there is said of others, who have notices of their own. */}
      {place?.name !== "together" && <Notice />}
      {place?.name === "rate" && <TopThree />}
    </div>
  );
}

function CurrentPlace() {
  const { place } = useRouter();
  switch (place?.name) {
    case "for-you":
      return <ForYouPlace controls={place.controls ?? noControls} />;
    case "rate":
      return <RatePlace find={place.find ?? ""} />;
    case "film":
      return <FilmPlace key={place.id} id={place.id} />;
    case "lab":
      return <LabPlace part={place.part} />;
    case "you":
      return <YouPlace />;
    case "together":
      return (
        <Lazily
          name="together"
          load={async () => (await import("./places/together/together-place.tsx")).TogetherPlace}
        />
      );
    default:
      return (
        <p class="nothing-yet">
          There is nothing at this address. <PlaceLink to="./">See your films</PlaceLink>
        </p>
      );
  }
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
