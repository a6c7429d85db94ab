/** The report of a study as `matinee experiment NNN --json` prints it. */
import type { Table } from "../../../src/report/picture.ts";
import { arrayOf, FileProblem, objectOf, textOf } from "./json-file.ts";

export interface StudyReport {
  readonly title: string;
  readonly sections: readonly {
    readonly name: string;
    readonly title: string;
    readonly text: readonly string[];
    readonly facts: readonly (readonly [name: string, value: string])[];
    readonly tables: readonly (Table & {
      readonly name: string;
      readonly title: string;
      readonly text: readonly string[];
    })[];
  }[];
}

/** @throws FileProblem */
export function readStudy({ study, name, sections }: Readonly<Record<string, unknown>>): StudyReport {
  if (typeof study !== "string" || !Array.isArray(sections)) {
    throw new FileProblem("This is no report of a study", "choose what “matinee experiment 000 --json” printed");
  }
  return {
    title: `Study ${study}: ${textOf(name)}`,
    sections: arrayOf(sections).map((each) => {
      const section = objectOf(each);
      return {
        ...headOf(section),
        facts: Object.entries(objectOf(section.facts)).map(([name, value]) => [name, textOf(value)] as const),
        tables: arrayOf(section.tables).map((one) => {
          const table = objectOf(one);
          const columns = arrayOf(table.columns).map(textOf);
          return {
            ...headOf(table),
            columns,
            rows: arrayOf(table.rows).map((row) => columns.map((_, column) => cellOf(arrayOf(row)[column]))),
          };
        }),
      };
    }),
  };
}

function headOf({ name, title, text }: Readonly<Record<string, unknown>>) {
  return { name: textOf(name), title: textOf(title), text: arrayOf(text).map(textOf) };
}

function cellOf(value: unknown): string | number | null {
  return typeof value === "string" || typeof value === "number" ? value : null;
}
