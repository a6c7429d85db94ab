import { useEffect, useRef, useState } from "preact/hooks";
import type { FileInMemory } from "../../src/recommend/profile/unpack-export.ts";
import { addressOf } from "../address.ts";
import { ProblemNote } from "../frame/problem-note.tsx";
import { type Problem, toProblem } from "../problem.ts";
import { statesChanged } from "../profile/film-states.ts";
import { changeProfile, type ProfileAction } from "../profile/profile.ts";
import { PlaceLink } from "../router.tsx";
import { useSession } from "../session.ts";
import type { Brought } from "./brought.ts";
import { addAction, type Choices } from "./chosen.ts";
import { CodeField } from "./code-field.tsx";
import { droppedFiles, readFiles } from "./files.ts";
import "./import.css";
import { FileProblem, type Reader, readerOf } from "./reader.ts";
import { Review } from "./review.tsx";

type Stage =
  | { readonly name: "waiting" }
  | { readonly name: "reading" }
  | { readonly name: "refused"; readonly problem: Problem }
  | { readonly name: "review"; readonly brought: Brought; readonly reader: Reader }
  | { readonly name: "added"; readonly undo: ProfileAction };

/**
 * Where files are dropped or chosen, and what is in them. Nothing of them leaves the browser.
 *
 * @param onAdded what follows once it is added to the profile; without it, the panel says so, and where to go
 */
export function BringPanel({ onAdded }: { onAdded?: () => void }) {
  const { client, model, profile, change } = useSession();
  const [stage, setStage] = useState<Stage>({ name: "waiting" });
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const outcome = useRef<HTMLDivElement>(null);
  const attempt = useRef(0);

  /** What was given last counts. */
  const take = async (given: Promise<readonly FileInMemory[]>) => {
    const own = ++attempt.current;
    const show = (next: Stage) => own === attempt.current && setStage(next);
    show({ name: "reading" });
    try {
      const files = await given;
      const reader = await readerOf(client, model.data);
      const brought = await reader.read(files);
      show({ name: "review", brought, reader });
    } catch (error) {
      show({ name: "refused", problem: error instanceof FileProblem ? error.problem : toProblem(error) });
    }
  };
  /** The films come while one still looks for the file. What fails is told when a file is given. */
  const prepare = () => void readerOf(client, model.data).catch(() => {});
  const takeLatest = useRef(take);
  takeLatest.current = take;

  // Wherever on the page it is dropped: the browser would leave the page for the file.
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    const hover = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      setOver(false);
      takeLatest.current(droppedFiles(event.dataTransfer).then(readFiles));
    };
    addEventListener("dragover", hover);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", hover);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, []);

  useEffect(() => {
    if (stage.name === "waiting" || stage.name === "reading") return;
    outcome.current?.focus({ preventScroll: true });
    outcome.current?.scrollIntoView({ block: "nearest" });
  }, [stage]);

  const add = (brought: Brought, choices: Choices) => {
    const action = addAction(brought, choices);
    const after = changeProfile(profile, action);
    const wished = after.wishes.neverGenres.length > profile.wishes.neverGenres.length;
    change(action);
    if (onAdded) return onAdded();
    setStage({
      name: "added",
      undo: {
        type: "restore",
        films: statesChanged(profile, after),
        ...(wished && { wishes: profile.wishes }),
      },
    });
  };

  return (
    <>
      <p class="hint">
        From Letterboxd, IMDb, Trakt or MovieLens, or your own profile from another device. The file is read in this
        browser and sent nowhere.
      </p>
      <div class={over ? "drop-area is-over" : "drop-area"} onPointerEnter={prepare} onFocusIn={prepare}>
        <p class="drop-words" aria-hidden="true">
          Drop the file here
        </p>
        <button type="button" class="button" onClick={() => input.current?.click()}>
          Choose a file
        </button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          accept=".zip,.csv,.json,application/zip,text/csv,application/json"
          aria-label="Files of ratings"
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])];
            event.currentTarget.value = ""; // the same file may be chosen again
            if (files.length > 0) take(readFiles(files));
          }}
        />
      </div>
      <CodeField onFile={(file) => take(Promise.resolve([file]))} />
      <HowTo />
      <div ref={outcome} tabIndex={-1} class="bring-outcome" aria-live="polite">
        {stage.name === "reading" && <p class="hint">Reading…</p>}
        {stage.name === "refused" && (
          <ProblemNote problem={stage.problem}>
            <p>Nothing has been added.</p>
          </ProblemNote>
        )}
        {stage.name === "added" && (
          <div class="added">
            <p>Your films are with your ratings now.</p>
            <PlaceLink class="button is-filled" to={addressOf({ name: "for-you" })}>
              See what to watch
            </PlaceLink>
            <button
              type="button"
              class="quiet-button"
              onClick={() => {
                change(stage.undo);
                setStage({ name: "waiting" });
              }}
            >
              Take it back
            </button>
          </div>
        )}
      </div>
      {stage.name === "review" && (
        <Review
          key={attempt.current}
          brought={stage.brought}
          find={stage.reader.find}
          onAdd={(choices) => add(stage.brought, choices)}
          onCancel={() => setStage({ name: "waiting" })}
        />
      )}
    </>
  );
}

function HowTo() {
  return (
    <details class="how-to">
      <summary>Where do I get such a file?</summary>
      <dl>
        <dt>Letterboxd</dt>
        <dd>Settings, Data, “Export your data”. Drop the whole .zip file here.</dd>
        <dt>IMDb</dt>
        <dd>Your ratings, the menu with three dots, “Export”.</dd>
        <dt>Trakt</dt>
        <dd>Settings, Data, “Export”. Drop the file with your movie ratings here.</dd>
        <dt>MovieLens</dt>
        <dd>Your profile, “Import/export”, “Export ratings”.</dd>
      </dl>
    </details>
  );
}
