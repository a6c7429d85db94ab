import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Notice } from "../../frame/notice.tsx";
import { Lazily } from "../../lazily.tsx";
import type { Profile } from "../../profile/profile.ts";
import { useProfile } from "../../profile/use-profile.ts";
import { count } from "../../profile/wording.ts";
import { type Person, SessionContext, useSession } from "../../session.ts";
import { FilmsFound } from "../rate/films-found.tsx";
import { PosterWall } from "../rate/poster-wall.tsx";
import { SearchField } from "../rate/search-field.tsx";

/** How a person's ratings come here: film by film, or by a file or a code. */
export type Way = "rate" | "bring";

interface PersonCardProps {
  readonly person: Person;
  /** Whether this is the person whose profile was changed last. */
  readonly current: boolean;
  /** What is open of the card. */
  readonly way: Way | undefined;
  readonly onWay: (way: Way | undefined) => void;
  readonly onProfile: (profile: Profile) => void;
  readonly onRename: (name: string) => void;
  readonly onRemove: () => void;
}

/** Somebody who watches with the user: their name, and ways for their ratings to come here. */
export function PersonCard({ person, current, way, onWay, onProfile, onRename, onRemove }: PersonCardProps) {
  const { client, model } = useSession();
  const kept = useProfile(model.data, person.id);
  const { profile } = kept;
  const panel = useRef<HTMLDivElement>(null);
  const panelId = useId();
  const buttons = useRef<HTMLDivElement>(null);

  // The list is for all, and made elsewhere.
  useEffect(() => onProfile(profile), [profile]);
  useEffect(() => {
    if (way === undefined) return;
    panel.current?.focus({ preventScroll: true });
    panel.current?.scrollIntoView({ block: "nearest" });
  }, [way]);

  const close = () => {
    buttons.current?.querySelector("button")?.focus();
    onWay(undefined);
  };
  const wayButton = (own: Way, words: string) => (
    <button
      type="button"
      class="quiet-button"
      aria-expanded={way === own}
      aria-controls={way === own ? panelId : undefined}
      onClick={() => onWay(way === own ? undefined : own)}
    >
      {words}
      <span class="visually-hidden"> of {person.name}</span>
    </button>
  );
  return (
    <li class="person">
      <SessionContext.Provider value={{ client, model, ...kept, person }}>
        <div class="person-row">
          <NameField person={person} onRename={onRename} />
          <p class="person-facts">{count(profile.ratings.length, "rating")}</p>
          <div class="person-buttons" ref={buttons}>
            {wayButton("rate", "Rate films")}
            {wayButton("bring", "Open a file or code")}
            <button type="button" class="quiet-button" onClick={onRemove}>
              Remove<span class="visually-hidden"> {person.name}</span>
            </button>
          </div>
        </div>
        {way !== undefined && (
          <div id={panelId} class="person-panel" ref={panel} tabIndex={-1}>
            {way === "rate" ? (
              <RatePanel person={person} onDone={close} />
            ) : (
              <BringPanel person={person} onDone={close} />
            )}
          </div>
        )}
        {current && (
          <div class="bottom">
            <Notice />
          </div>
        )}
      </SessionContext.Provider>
    </li>
  );
}

/** The name, kept as it is typed; a person without a name keeps the last one. */
function NameField({ person, onRename }: { person: Person; onRename: (name: string) => void }) {
  const [typed, setTyped] = useState(person.name);
  const id = useId();
  useEffect(() => setTyped((text) => (text.trim() === person.name ? text : person.name)), [person.name]);
  return (
    <p class="person-name">
      <label class="visually-hidden" for={id}>
        Name
      </label>
      <input
        id={id}
        class="small-field"
        value={typed}
        maxLength={30}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          const text = event.currentTarget.value;
          setTyped(text);
          if (text.trim() !== "") onRename(text.trim());
        }}
        onBlur={() => setTyped(person.name)}
      />
    </p>
  );
}

interface PanelProps {
  readonly person: Person;
  readonly onDone: () => void;
}

/** The wall of posters, with what this person says of films. */
function RatePanel({ person, onDone }: PanelProps) {
  const [text, setText] = useState("");
  const query = text.trim();
  return (
    <>
      <p class="person-turn">It is {person.name}’s turn. Which of these have they seen?</p>
      <SearchField text={text} onText={setText} />
      <FilmsFound query={query} />
      <div hidden={query !== ""}>
        <PosterWall />
      </div>
      <DoneButton onDone={onDone} />
    </>
  );
}

function BringPanel({ person, onDone }: PanelProps) {
  const load = async () => {
    const { BringPanel: Panel } = await import("../../import/bring-panel.tsx");
    return () => <Panel onAdded={onDone} />;
  };
  return (
    <>
      <p class="person-turn">Open the ratings of {person.name}.</p>
      <p class="hint">On their own device, “Take it along” under “You” gives a file or a code.</p>
      <Lazily name="bring" load={load} />
      <DoneButton onDone={onDone} />
    </>
  );
}

function DoneButton({ onDone }: Pick<PanelProps, "onDone">) {
  return (
    <button type="button" class="button person-done" onClick={onDone}>
      Done
    </button>
  );
}
