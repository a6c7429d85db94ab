import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "./api.ts";
import type { ModelInfo } from "./film.ts";
import type { StoredProfile } from "./use-profile.ts";

/** State that all parts of the page share: the API, the active model, and the user's profile with its changes. */
export interface Session extends StoredProfile {
  readonly api: Api;
  readonly model: ModelInfo;
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("this part of the page needs a SessionContext around it");
  return session;
}
