/** Before all files: one server, which `startServer` finds, in place of one that each of them trains. */
import { skipReason } from "./browser.ts";
import { type RunningServer, startServer } from "./server.ts";

let server: RunningServer | undefined;

export async function globalSetup(): Promise<void> {
  if (skipReason) return;
  server = await startServer();
  process.env.MATINEE_TEST_URL = server.url;
}

export async function globalTeardown(): Promise<void> {
  await server?.stop();
}
