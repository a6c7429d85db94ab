/** The parts of the Lab, and all that draws. */
import "./lab.css";
import { colours } from "../../../src/report/colours.ts";
import { DataPart } from "./data-part.tsx";
import { FilmsPart } from "./films-part.tsx";
import { ModelPart } from "./model-part.tsx";
import { ModelsPart } from "./models-part.tsx";
import type { LabPart } from "./parts.ts";
import { StudiesPart } from "./studies-part.tsx";

export { loadPlot } from "../../../src/report/load-plot.ts";

const contents = { data: DataPart, films: FilmsPart, model: ModelPart, models: ModelsPart, studies: StudiesPart };

/** The colours that pictures name and the page has not. */
const variables = Object.fromEntries(
  Object.entries(colours)
    .filter(([name]) => /^(series-\d|best|level|behind|faint)$/.test(name))
    .map(([name, [light, dark]]) => [`--${name}`, `light-dark(${light}, ${dark})`]),
);

export function Lab({ part }: { part: LabPart }) {
  const Content = contents[part];
  return (
    <div class="lab-part" style={variables}>
      <Content />
    </div>
  );
}
