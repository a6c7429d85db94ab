/** The HTTP server as a Fastify app. */
export { type AppOptions, createApp } from "./app.ts";
export { problemOf } from "./problem.ts";
export type { Problem } from "./shapes.ts";
