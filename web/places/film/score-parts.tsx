import type { ScorePart } from "../../../src/client.ts";
import { addressOf } from "../../address.ts";
import { PlaceLink } from "../../router.tsx";
import { useSession } from "../../session.ts";
import { type ScoreRow, scoreRows } from "./score-rows.ts";

/** What speaks for a film and against it, each as a bar that goes on where the one before it ended. */
export function ScoreParts({ parts }: { parts: readonly ScorePart[] }) {
  const { model } = useSession();
  const rows = scoreRows(parts, model.data.feedback);
  if (rows.length === 0) return null;
  const ends = rows.map(({ from, value }) => from + value);
  const total = ends[ends.length - 1];
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const place = (row: Pick<ScoreRow, "from" | "value">) => ({
    left: `${(100 * (Math.min(row.from, row.from + row.value) - least)) / (most - least)}%`,
    width: `${(100 * Math.abs(row.value)) / (most - least)}%`,
  });

  return (
    <ul class="score-parts">
      {rows.map((row) => (
        <li key={row.label}>
          <span class="score-label">
            {row.film ? <PlaceLink to={addressOf({ name: "film", film: row.film })}>{row.label}</PlaceLink> : row.label}
          </span>
          <span class="score-track" aria-hidden="true">
            <span class={row.value < 0 ? "score-bar is-against" : "score-bar"} style={place(row)} />
          </span>
          <span class="score-share">{shareOf(row.value, total)}</span>
        </li>
      ))}
      <li class="score-total">
        <span class="score-label">Together</span>
        <span class="score-track" aria-hidden="true">
          <span class="score-bar" style={place({ from: 0, value: total })} />
        </span>
        <span class="score-share">{shareOf(total, total)}</span>
      </li>
    </ul>
  );
}

/** How much of the whole a part is; of a whole that speaks against the film, only which way it speaks. */
function shareOf(value: number, total: number): string {
  if (total <= 0) return value < 0 ? "against" : "for";
  const percent = Math.round((100 * value) / total);
  return `${percent < 0 ? "−" : ""}${Math.abs(percent)} %`;
}
