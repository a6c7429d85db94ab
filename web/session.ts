import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Client, ModelInfo } from "../src/client.ts";
import type { StoredProfile } from "./profile/use-profile.ts";

/** What the page asks: what also answers where the page has no server. */
export type PageClient = Omit<
  Client,
  "health" | "readiness" | "answering" | "status" | "addEvents" | "catalog" | "users"
>;

/** Somebody who watches with the user, with a profile of their own in this browser. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/** State that all parts of the page share: the client, the active model, and the user's profile with its changes. */
export interface Session extends StoredProfile {
  readonly client: PageClient;
  readonly model: ModelInfo;
  /** Whose profile it is, where it is not the user's own. */
  readonly person?: Person;
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("this part of the page needs a SessionContext around it");
  return session;
}
