import { useId } from "preact/hooks";
import { ContentSlider, Slider } from "../../film/slider.tsx";
import { areDefault, type ListControls, noControls } from "./controls.ts";

interface ListControlsProps {
  readonly controls: ListControls;
  readonly genres: readonly string[];
  readonly onChange: (controls: ListControls) => void;
}

const firstDecade = 1920;
const decades = Array.from({ length: 11 }, (_, n) => firstDecade + 10 * n);

/** What the list should be like. The list follows at once. */
export function ListControlsBar({ controls, genres, onChange }: ListControlsProps) {
  const { genre, from, to, ...others } = controls;
  const years = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const like = controls.like === undefined ? {} : { like: controls.like };
  return (
    <form class="list-controls" aria-label="What the list should be like" onSubmit={(event) => event.preventDefault()}>
      <Slider
        label="How well known"
        ends={["Less known", "Better known"]}
        min={-1}
        value={controls.popularity}
        onValue={(popularity) => onChange({ ...controls, popularity })}
      />
      <Slider
        label="How varied"
        ends={["As it comes", "More varied"]}
        min={0}
        value={controls.variety}
        onValue={(variety) => onChange({ ...controls, variety })}
      />
      <ContentSlider value={controls.content} onValue={(content) => onChange({ ...controls, content })} />
      <Choice
        label="Genre"
        any="Any genre"
        values={genres}
        value={genre}
        onValue={(wanted) => onChange({ ...others, ...years, ...(wanted !== undefined && { genre: wanted }) })}
      />
      <div class="list-years">
        <Choice
          label="From"
          any="Any"
          values={decades.map(String)}
          value={from?.toString()}
          onValue={(year) => {
            const { from: _, ...rest } = controls;
            if (year === undefined) return onChange(rest);
            // A beginning after the end moves the end out of the way.
            const { to: end, ...open } = rest;
            onChange({ ...(end !== undefined && end < Number(year) ? open : rest), from: Number(year) });
          }}
        />
        <Choice
          label="To"
          any="Any"
          values={decades.map((decade) => String(decade + 9))}
          value={to?.toString()}
          onValue={(year) => {
            const { to: _, ...rest } = controls;
            if (year === undefined) return onChange(rest);
            const { from: start, ...open } = rest;
            onChange({ ...(start !== undefined && start > Number(year) ? open : rest), to: Number(year) });
          }}
        />
      </div>
      {!areDefault(controls) && (
        <button type="button" class="quiet-button" onClick={() => onChange({ ...noControls, ...like })}>
          Back to my own list
        </button>
      )}
    </form>
  );
}

interface ChoiceProps {
  readonly label: string;
  /** For no choice. */
  readonly any: string;
  readonly values: readonly string[];
  readonly value: string | undefined;
  readonly onValue: (value: string | undefined) => void;
}

/** A choice from values; one that an address has besides is among them. */
function Choice({ label, any, values, value, onValue }: ChoiceProps) {
  const id = useId();
  const all = value === undefined || values.includes(value) ? values : [value, ...values];
  return (
    <div class="choice">
      <label for={id}>{label}</label>
      <select id={id} value={value ?? ""} onChange={(event) => onValue(event.currentTarget.value || undefined)}>
        <option value="">{any}</option>
        {all.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </div>
  );
}
