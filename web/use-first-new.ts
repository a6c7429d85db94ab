import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/**
 * Moves the focus to the first of the films that are added to a list: the button that was pressed for them may be gone after the last, and who
 * goes on reads on there.
 *
 * @param count how many films the list has
 * @param target what of a film takes the focus, as a selector
 */
export function useFirstNew<List extends HTMLElement>(
  count: number,
  target: string,
): { readonly list: RefObject<List | null>; readonly expect: () => void } {
  const list = useRef<List>(null);
  /** How many there were when more were asked for. */
  const before = useRef<number | undefined>(undefined);
  // After what moves films, which leaves the focus where it was.
  useEffect(() => {
    const first = before.current;
    if (first === undefined || count <= first) return;
    before.current = undefined;
    list.current?.children[first]?.querySelector<HTMLElement>(target)?.focus();
  }, [count]);
  const expect = () => {
    before.current = count;
  };
  return { list, expect };
}
