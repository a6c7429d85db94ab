import { useEffect } from "preact/hooks";

/** Names the page's window after what it shows: "Heat (1995) · Matinee". Without a name it stays as it is. */
export function useTitle(name: string | undefined): void {
  useEffect(() => {
    if (name !== undefined) document.title = `${name} · Matinee`;
  }, [name]);
}
