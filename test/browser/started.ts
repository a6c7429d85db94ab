import { after, before } from "node:test";
import type { Browser } from "playwright-core";
import { launch, skipReason } from "./browser.ts";
import { type RunningServer, startServer } from "./server.ts";

/** A browser, and a server of ml-latest-small. */
export interface Started {
  readonly browser: Browser;
  /** Of the server. */
  readonly url: string;
}

/**
 * Starts a browser and a server before the first test of the suite that calls it, and stops them after the last. Where there is no browser,
 * neither is started.
 */
export function startBrowserAndServer(): Started {
  let browser: Browser | undefined;
  let server: RunningServer | undefined;
  before(async () => {
    if (skipReason) return;
    browser = await launch();
    server = await startServer();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });
  return {
    get browser() {
      return browser!;
    },
    get url() {
      return server!.url;
    },
  };
}
