/** The HTTP server as a Fastify app. */
export { type AppOptions, createApp } from "./app.ts";
export { type Problem, problemOf } from "./problem.ts";
