/** A lesson: what a study tried, what it printed, what comes out here, where it went wrong, and what to take away. */
import type { Dataset } from "../core.ts";
import { type Block, type Cell, dataSection, type Prose, type Section } from "../report/index.ts";

export interface Lesson {
  /** What the study set out to do. */
  readonly aim: Prose;
  /** How, with the formulas. */
  readonly method: Prose;
  /** What the study printed, quoted with the number of its cell, and Matinee's result beside it. */
  readonly results: readonly Section[];
  readonly traps: readonly Trap[];
  readonly takeAway: Prose;
  /** What could not be run here, and why. */
  readonly missing?: readonly string[];
}

/** A mistake of a study, by the heading that it has in docs/traps.md. */
export interface Trap {
  readonly name: string;
  /** What happened, and how it can be seen. */
  readonly text: Prose;
  readonly rows: readonly TrapRow[];
}

/** A number or text as the study has it, and without the mistake. */
export type TrapRow = readonly [what: string, study: Cell, without: Cell];

/** The sections of the report, in the order of a lesson. */
export function lessonSections(document: Document, data: Dataset, lesson: Lesson): Section[] {
  const { aim, method, results, traps, takeAway, missing = [] } = lesson;
  return [
    { name: "aim", title: "What the study set out to do", text: aim, blocks: [] },
    { name: "method", title: "How it went about it", text: method, blocks: [] },
    dataSection(document, data),
    ...results,
    {
      name: "traps",
      title: "Where it went wrong",
      text: [
        "Each mistake stands with its numbers, as the study did and set right. The right number can be the worse one: a mistake often flatters, and what is left without it is the truth. docs/traps.md has more numbers, and how to notice each in code of your own.",
      ],
      blocks: traps.map(trapBlock),
    },
    {
      name: "take-away",
      title: "What to take away",
      text: takeAway,
      blocks: [],
      ...(missing.length > 0 ? { note: `Not run here: ${missing.join("; ")}.` } : {}),
    },
  ];
}

/** A paragraph that leads to a trap of the same report. */
export function seeTrap(name: string) {
  return { see: `The trap: ${name}`, to: `traps-${trapKey(name)}` };
}

function trapBlock({ name, text, rows }: Trap): Block {
  const columns = ["what", "as the study did", "set right"];
  const cells = rows.map(([what, study, without]) => [what, trapCellText(study), trapCellText(without)]);
  return { kind: "table", name: trapKey(name), title: name, text, table: { columns, rows: cells } };
}

/** "Codes made twice" is codes-made-twice. */
function trapKey(name: string): string {
  return name.toLowerCase().replace(/[^a-z]+/g, "-");
}

function trapCellText(cell: Cell): Cell {
  if (typeof cell !== "number") return cell;
  return Number.isInteger(cell) ? cell.toLocaleString("en-US") : cell.toFixed(4).replace("-", "−");
}
