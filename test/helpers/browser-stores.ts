/** What stands in for a browser's storage. */
import type { KeyValueStore } from "../../web/profile/storage.ts";

export function memoryStore(
  content: Readonly<Record<string, string>> = {},
): KeyValueStore & { readonly content: Map<string, string> } {
  const values = new Map(Object.entries(content));
  return {
    content: values,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

const refuse = () => {
  throw new Error("SecurityError");
};

/** As where the browser forbids it. */
export const refusingStore: KeyValueStore = { getItem: refuse, setItem: refuse, removeItem: refuse };
