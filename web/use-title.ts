import { useLayoutEffect } from "preact/hooks";

/** Names the page's window after what it shows: "Heat (1995) · Matinee", in the same moment. Without a name it stays as it is. */
export function useTitle(name: string | undefined): void {
  useLayoutEffect(() => {
    if (name !== undefined) document.title = `${name} · Matinee`;
  }, [name]);
}
