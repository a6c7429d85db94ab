import type { Paragraph, Prose } from "../../../src/report/report.ts";
import { addressOf } from "../../address.ts";
import { Facts } from "../../facts.tsx";
import { NumbersTable } from "./numbers-table.tsx";
import { PictureFigure } from "./picture-figure.tsx";
import type { StudyBlock, StudyReport } from "./study-report.ts";

/** The report of a study: texts, tables and pictures. */
export function StudyArticle({ report: { title, about, sections } }: { report: StudyReport }) {
  return (
    <article class="lab-study" aria-labelledby="study-heading">
      <h3 id="study-heading">{title}</h3>
      <p class="hint">{about}</p>
      {sections.map(({ name, title, text = [], facts = [], blocks, note }) => (
        <section key={name} aria-labelledby={idOf(name)}>
          <h4 id={idOf(name)}>{title}</h4>
          <ProseText text={text} />
          {facts.length > 0 && <Facts facts={facts.map(({ name, value }) => [name, value])} class="lab-facts" />}
          {blocks.map((block) => (
            <BlockPart key={block.name} block={block} id={idOf(`${name}-${block.name}`)} />
          ))}
          {note && <p class="hint">{note}</p>}
        </section>
      ))}
    </article>
  );
}

function idOf(place: string): string {
  return `study-${place}`;
}

function BlockPart({ block, id }: { block: StudyBlock; id: string }) {
  if (block.kind === "picture") return <PictureFigure picture={block} level="h5" />;
  return (
    <div class="lab-table">
      <h5 id={id}>{block.title}</h5>
      <ProseText text={block.text ?? []} />
      {block.kind === "table" && <NumbersTable table={block.table} labelledBy={id} />}
    </div>
  );
}

function ProseText({ text }: { text: Prose }) {
  return (
    <>
      {text.map((paragraph, n) => (
        <ParagraphText key={n} paragraph={paragraph} />
      ))}
    </>
  );
}

function ParagraphText({ paragraph }: { paragraph: Paragraph }) {
  if (typeof paragraph === "string") return <p class="lab-text">{paragraph}</p>;
  if ("formula" in paragraph) return <p class="lab-formula">{paragraph.formula}</p>;
  return (
    <p class="lab-text">
      {/* The page has a base address, so that a link within the report names the place as well. */}
      <a href={`${addressOf({ name: "lab", part: "studies" })}#${idOf(paragraph.to)}`}>{paragraph.see}</a>
    </p>
  );
}
