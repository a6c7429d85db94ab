/** API keys: 256 random bits, of which the server knows the SHA-256 alone. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { type KeyScope, keyScopes } from "./scopes.ts";

/** A key as the server knows it: enough to recognise the key, too little to make it. */
export interface ApiKey {
  /** For people: whom it was given to. */
  readonly name: string;
  readonly scope: KeyScope;
  /** SHA-256 of the key, as 64 hexadecimal digits. */
  readonly hash: string;
}

/**
 * Makes a key. `secret` is for who asks, and is kept nowhere; `apiKey` is for the server.
 *
 * @example
 * import { createApp, makeApiKey } from "matinee/server";
 * const { secret, apiKey } = makeApiKey("my shop", "read");
 * const app = await createApp(recommender, { keys: [apiKey] });
 * const headers = { authorization: `Bearer ${secret}` };
 * (await app.inject({ url: "/api/v1/models", headers })).statusCode; // 200
 * await app.close();
 */
export function makeApiKey(name: string, scope: KeyScope): { readonly secret: string; readonly apiKey: ApiKey } {
  const secret = `matinee_${randomBytes(32).toString("base64url")}`;
  return { secret, apiKey: { name, scope, hash: digestOf(secret).toString("hex") } };
}

/** Whether a value is a key with what belongs to it, and nothing else. */
export function isApiKey(value: unknown): value is ApiKey {
  const { name, scope, hash, ...more } = Object(value) as Partial<Record<keyof ApiKey, unknown>>;
  const known = typeof name === "string" && keyScopes.some((one) => one === scope);
  return known && /^[0-9a-f]{64}$/.test(String(hash)) && Object.keys(more).length === 0;
}

/** Makes the function that finds a key by its secret. Every key is compared, each in constant time. */
export function keyFinder(keys: readonly ApiKey[]): (secret: string) => ApiKey | undefined {
  const known = keys.map((key) => ({ key, digest: Buffer.from(key.hash, "hex") }));
  return (secret) => {
    const asked = digestOf(secret);
    let found: ApiKey | undefined;
    for (const { key, digest } of known) if (timingSafeEqual(digest, asked)) found = key;
    return found;
  };
}

function digestOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
