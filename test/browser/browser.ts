import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { chromium } from "playwright-core";

const executablePath = process.env.MATINEE_CHROMIUM ?? "/usr/bin/chromium";

/** Why these tests cannot run here, or false. In CI nothing is left out: there a missing browser fails. */
export const skipReason =
  !existsSync(executablePath) && process.env.CI !== "true"
    ? `no browser at ${executablePath}: install chromium, or name one with MATINEE_CHROMIUM`
    : false;

export function launch(): Promise<Browser> {
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", ...quiet] });
}

/** A picture of the page in the folder MATINEE_PICTURES, if pictures are wanted. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env.MATINEE_PICTURES;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** All a page complains of: errors in its console or its script, and requests that failed or were refused. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  page.on("requestfailed", (request) => {
    // The page takes questions back when newer ones make them stale.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") complaints.push(`failed: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
  return complaints;
}
