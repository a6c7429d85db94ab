import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "./api.ts";
import type { ModelInfo } from "./film.ts";
import type { KeptProfile } from "./use-profile.ts";

/** What every part of the page shares: whom to ask, which model answers, what the person said, how to change that. */
export interface Session extends KeptProfile {
  readonly api: Api;
  readonly model: ModelInfo;
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("this part of the page needs a SessionContext around it");
  return session;
}
