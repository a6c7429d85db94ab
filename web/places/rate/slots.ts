import type { Film, Id } from "../../../src/client.ts";

/**
 * A place of the wall, with the films that have stood there in their order. A film that is answered gives way to the next one; nothing else
 * moves, and if the answer is taken back the film is there again.
 */
export type Slot = readonly Film[];

/** The film to show: the first that is not answered, or the last of all. `held` is shown even if it is answered. */
export function filmOf(slot: Slot, isDone: (film: Film) => boolean): Film | undefined {
  return slot.find((film) => !isDone(film)) ?? slot.at(-1);
}

/** The slots, `count` of them where there are films enough, each with a film that is not answered as long as `films` has one that is in no slot. */
export function fillSlots(
  slots: readonly Slot[],
  count: number,
  films: readonly Film[],
  isDone: (film: Film) => boolean,
): readonly Slot[] {
  const taken = new Set<Id>(slots.flat().map(({ id }) => id));
  const next = films.filter((film) => !taken.has(film.id) && !isDone(film)).values();
  let changed = false;
  const fill = (slot: Slot): Slot => {
    if (slot.some((film) => !isDone(film))) return slot;
    const { value: film } = next.next();
    if (film) changed = true;
    return film ? [...slot, film] : slot;
  };
  const filled = Array.from({ length: Math.max(count, slots.length) }, (_, n) => fill(slots[n] ?? []));
  return changed ? filled.filter((slot) => slot.length > 0) : slots;
}
