/** Whether the page is a site without a server: then its index.html names a model, and a worker of the page answers. */
import { createClient } from "../../src/client.ts";

/** The model of a site. */
export interface SiteModel {
  readonly url: string;
  /** Of its file. */
  readonly bytes: number;
  /** Is told how many bytes have come. */
  readonly told: (loaded: number) => void;
}

/** How far the model has come; undefined until something has. */
export interface Download {
  readonly bytes: number;
  subscribe(listener: (loaded: number) => void): () => void;
}

/** The client of the page: of the server that it comes from, or of its own worker. */
export function openClient() {
  const base = new URL(".", document.baseURI).href;
  const named = document.querySelector<HTMLMetaElement>('meta[name="matinee-model"]');
  if (!named) return { client: createClient(base) };
  const bytes = Number(named.dataset.bytes);
  const listeners = new Set<(loaded: number) => void>();
  const told = (loaded: number) => {
    for (const listener of listeners) listener(loaded);
  };
  const starting = import("./local-fetch.ts").then(({ localFetch }) =>
    localFetch({ url: new URL(named.content, document.baseURI).href, bytes, told }),
  );
  const download: Download = {
    bytes,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return { client: createClient(base, { fetch: async (...args) => (await starting)(...args) }), download };
}
