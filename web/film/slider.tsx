import { useId } from "preact/hooks";

interface SliderProps {
  readonly label: string;
  readonly ends: readonly [least: string, most: string];
  readonly min: 0 | -1;
  readonly value: number;
  readonly onValue: (value: number) => void;
}

/** A value between two ends that are named, from 0 or −1 to 1. */
export function Slider({ label, ends: [least, most], min, value, onValue }: SliderProps) {
  const id = useId();
  const towards = value < 0 ? least : most;
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={min}
        max={1}
        step={0.1}
        value={value}
        aria-valuetext={value === 0 ? "As it comes" : `${towards}, ${Math.round(Math.abs(value) * 100)} %`}
        onInput={(event) => onValue(Math.round(event.currentTarget.valueAsNumber * 10) / 10)}
      />
      <div class="slider-ends" aria-hidden="true">
        <span>{least}</span>
        <span>{most}</span>
      </div>
    </div>
  );
}

/** What films are compared by: from the ratings of people to what films are about. */
export function ContentSlider({ value, onValue }: Pick<SliderProps, "value" | "onValue">) {
  return (
    <Slider
      label="Choose by"
      ends={["What people like together", "What films are about"]}
      min={0}
      value={value}
      onValue={onValue}
    />
  );
}
