/** `matinee/server`: the HTTP server as a Fastify app. */
import "../require-node.ts";

export { type AppOptions, createApp } from "./app.ts";
export { problemOf } from "./problem.ts";
export type { Problem } from "./shapes.ts";
