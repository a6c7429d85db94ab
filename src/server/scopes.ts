/** Who may ask what. Nothing here needs Node. */

/**
 * What a key may ask, each with what the ones before it may: `read`, films, models and lists for given ratings; `write`, lists of users, and changes
 * of users, events and the catalog; `admin`, what is kept of users, and the server itself.
 */
export const keyScopes = ["read", "write", "admin"] as const;

/** One of `keyScopes`. */
export type KeyScope = (typeof keyScopes)[number];

/** Whether a scope has what another has. */
export function includesScope(scope: KeyScope, other: KeyScope): boolean {
  return keyScopes.indexOf(scope) >= keyScopes.indexOf(other);
}
