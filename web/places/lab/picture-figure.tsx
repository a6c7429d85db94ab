import { useId, useState } from "preact/hooks";
import { type Panel, type Picture, panelColumns } from "../../../src/report/picture.ts";
import { type Problem, toProblem } from "../../problem.ts";
import { NumbersTable } from "./numbers-table.tsx";
import { pictureFormats, savePicture } from "./save-picture.ts";
import { ScrollBox } from "./scroll-box.tsx";

/** A picture with how to read it, its numbers, and buttons that save it. @param level that of its heading */
export function PictureFigure({ picture, level: Heading = "h4" }: { picture: Picture; level?: "h4" | "h5" }) {
  const heading = useId();
  const [problem, setProblem] = useState<Problem>();
  const { title, caption, key = [], panels, table } = picture;
  const save = async (format: (typeof pictureFormats)[number]) => {
    setProblem(undefined);
    await savePicture(picture, format).catch((error) => setProblem(toProblem(error)));
  };
  return (
    <figure class="lab-picture" aria-labelledby={heading}>
      <figcaption>
        <Heading id={heading}>{title}</Heading>
        <p>{caption}</p>
      </figcaption>
      {key.length > 0 && (
        <ul class="lab-key">
          {key.map(({ svg, label }) => (
            <li key={label}>
              <Drawing svg={svg} />
              <bdi>{label}</bdi>
            </li>
          ))}
        </ul>
      )}
      <div class={`lab-panels of-${panelColumns(panels.length)}`}>
        {panels.map((panel, n) => (
          <PanelDrawing key={n} panel={panel} heading={heading} />
        ))}
      </div>
      <fieldset class="lab-save">
        <legend class="visually-hidden">Save “{title}”</legend>
        <span aria-hidden="true">Save as</span>
        {pictureFormats.map((format) => (
          <button key={format} type="button" class="quiet-button" onClick={() => save(format)}>
            <span class="visually-hidden">Save as </span>
            {format.toUpperCase()}
          </button>
        ))}
      </fieldset>
      {problem && (
        <p role="alert" class="note">
          The picture could not be saved: {problem.detail}
        </p>
      )}
      <details>
        <summary>The numbers</summary>
        <NumbersTable table={table} labelledBy={heading} />
      </details>
    </figure>
  );
}

function PanelDrawing({ panel: { title, svg }, heading }: { panel: Panel; heading: string }) {
  if (title === undefined) {
    return (
      <ScrollBox labelledBy={heading}>
        <Drawing svg={svg} />
      </ScrollBox>
    );
  }
  return (
    <div>
      <p class="lab-panel-title">
        <bdi>{title}</bdi>
      </p>
      <Drawing svg={svg} />
    </div>
  );
}

/** Markup that the pictures of src/report made, or that was cleaned: texts in it are escaped. */
function Drawing({ svg }: { svg: string }) {
  return <div class="lab-drawing" dangerouslySetInnerHTML={{ __html: svg }} />;
}
