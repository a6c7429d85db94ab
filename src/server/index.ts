/** `matinee/server`: the HTTP server as a Fastify app. */
import "../require-node.ts";

export { type AppOptions, createApp } from "./app.ts";
export { type ApiKey, type KeyScope, makeApiKey } from "./keys.ts";
export type { AccessKind, MatineeOptions, ServerLimits, ServerOptions } from "./options.ts";
export { matinee } from "./plugin.ts";
export { problemOf } from "./problem.ts";
export type { Problem } from "./shapes.ts";
