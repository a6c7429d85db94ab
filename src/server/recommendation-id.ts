/** The id of a list, which says by itself what made the list, so that the server need not keep lists. */
import { MatineeError } from "../errors.ts";
import { present } from "../present.ts";
import { fromBase64url, toBase64url } from "./base64url.ts";

/** What made a list. */
export interface ListOrigin {
  /** The model's name: of the file in a folder of models, otherwise of its algorithm. */
  readonly model: string;
  readonly scenario?: string;
  /** The user's group, during an A/B test. */
  readonly group?: string;
}

/** A new id for a list. */
export function recommendationIdOf({ model, scenario = "", group = "" }: ListOrigin): string {
  const own = toBase64url(crypto.getRandomValues(new Uint8Array(9)));
  return toBase64url(new TextEncoder().encode(JSON.stringify([model, scenario, group, own])));
}

/** What made the list of an id. @throws REQUEST_INVALID for what is no such id */
export function readRecommendationId(id: string): ListOrigin {
  try {
    const parts: unknown = JSON.parse(new TextDecoder().decode(fromBase64url(id)));
    if (Array.isArray(parts) && parts.length === 4 && parts.every((part) => typeof part === "string")) {
      const [model, scenario, group] = parts as string[];
      return { model, ...present({ scenario: scenario || undefined, group: group || undefined }) };
    }
  } catch {
    // refused below
  }
  throw new MatineeError("REQUEST_INVALID", `"${id}" is no recommendationId`, {
    fix: "give that of the list that showed the film, or leave it out",
  });
}
