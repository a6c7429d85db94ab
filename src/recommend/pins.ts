/** Films with a fixed place in a list. */
import { checkList, checkNumber, checkOptions } from "../check-arguments.ts";
import type { DatasetInfo, ItemIndex } from "../data/dataset.ts";
import { idText } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import { checkItem } from "./query.ts";

/** A film and its place in the list, from 1. */
export interface Pin {
  readonly item: ItemIndex;
  readonly position: number;
}

/**
 * Pins by ascending position.
 *
 * @param exclude films that the same request leaves out
 * @throws USAGE for positions outside the list, two pins of one film or place, and a film that is excluded as well; ITEM_UNKNOWN
 */
export function checkPins(
  info: DatasetInfo,
  pins: readonly Pin[],
  k: number,
  exclude: readonly ItemIndex[],
): readonly Pin[] {
  checkList("recommend", "pin", pins);
  const [items, positions] = [new Set<ItemIndex>(), new Set<number>()];
  const excluded = new Set(exclude);
  for (const [n, pin] of [...pins].entries()) {
    checkOptions(`pin[${n}]`, pin, ["item", "position"]);
    const { item, position } = pin;
    checkItem(info, item);
    checkNumber(`pin[${n}]`, "position", position ?? Number.NaN, { least: 1, most: k, whole: true });
    const film = idText(info.items.id(item));
    const wrong = excluded.has(item)
      ? `film ${film} is pinned and excluded`
      : items.has(item)
        ? `film ${film} is pinned twice`
        : positions.has(position)
          ? `two films are pinned to place ${position}`
          : undefined;
    if (wrong !== undefined) throw new MatineeError("USAGE", wrong, { fix: "leave one of the two out" });
    items.add(item);
    positions.add(position);
  }
  return [...pins].sort((a, b) => a.position - b.position);
}

/** A list with pinned films at their places; at its end where it is shorter. @param pinned one film for each pin */
export function insertPinned<T>(list: readonly T[], pins: readonly Pin[], pinned: readonly T[]): T[] {
  const all = [...list];
  for (const [n, { position }] of pins.entries()) all.splice(position - 1, 0, pinned[n]);
  return all;
}
