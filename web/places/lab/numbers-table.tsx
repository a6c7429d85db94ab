import type { Table } from "../../../src/report/picture.ts";
import { cellTexts } from "../../../src/report/tables.ts";
import { ScrollBox } from "./scroll-box.tsx";

/** A table that scrolls by itself where it is wider than the window. */
export function NumbersTable({ table, labelledBy }: { table: Table; labelledBy: string }) {
  return (
    <ScrollBox labelledBy={labelledBy} low>
      <table class="lab-numbers">
        <thead>
          <tr>
            {table.columns.map((name, column) => (
              <th key={column} scope="col">
                <bdi>{name}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cellTexts(table).map((row, n) => (
            <tr key={n}>
              {row.map(({ text, numeric }, column) => (
                <td key={column} class={numeric ? "is-number" : undefined}>
                  <bdi>{text}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
