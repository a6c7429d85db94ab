/** How long the page takes to answer what a user does. */
import type { Browser, Page } from "playwright-core";
import { phone, throttle } from "./page-load.ts";

/**
 * Taps on posters to rate and on their stars, on a slow phone: milliseconds from when a finger is lifted to the next paint, which shows what was
 * tapped.
 */
export async function tapsAnswered(browser: Browser, url: string, films: number): Promise<readonly number[]> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  try {
    const page = await context.newPage();
    await page.goto(`${url}/rate`);
    await page.locator(".wall .poster").first().waitFor();
    await page.waitForLoadState("networkidle");
    await page.evaluate(watchTaps);
    await throttle(await context.newCDPSession(page), phone);
    for (let film = 0; film < films; film++) {
      const tile = page.locator(".wall > .tile").nth(film % 3);
      await tile.locator(".tile-poster").tap();
      const star = tile.getByRole("radio", { name: "4 stars", exact: true });
      await star.waitFor();
      await star.tap({ force: true });
      await tile.locator(".tile-panel").waitFor({ state: "detached" });
      await page.waitForTimeout(500); // a film that has just come takes no answer
    }
    return await page.evaluate(() => Object.values((window as unknown as { taps: Taps }).taps));
  } finally {
    await context.close();
  }
}

/**
 * Rates one film of the list after another, on a desktop: milliseconds from a click on a star to the paint of the list that follows from it.
 *
 * @param rated how many ratings the user has to begin with
 */
export async function listsChanged(
  browser: Browser,
  url: string,
  { rated, ratings }: { readonly rated: number; readonly ratings: number },
): Promise<readonly number[]> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    await rateFirst(page, url, rated);
    await page.goto(url);
    const took: number[] = [];
    for (let n = 0; n < ratings; n++) {
      const card = page.locator(".film-list > .card:has(.rating-value:empty)").first();
      await card.waitFor();
      await page.waitForFunction(() => document.querySelector(".film-list")?.getAttribute("aria-busy") === "false");
      await page.waitForTimeout(600); // for films to come to rest
      const stars = n % 3 === 2 ? "2.5 stars" : "4.5 stars";
      took.push(await card.getByRole("radio", { name: stars, exact: true }).evaluate(clickAndWait));
    }
    return took;
  } finally {
    await page.close();
  }
}

/** Rates the first films of the wall. */
export async function rateFirst(page: Page, url: string, count: number, stars: readonly string[] = ["4 stars"]) {
  await page.goto(`${url}/rate`);
  for (let film = 0; film < count; film++) {
    const tile = page.locator(".wall > .tile:not(.is-placeholder)").nth(film % 8);
    const panel = tile.locator(".tile-panel");
    while (!(await panel.isVisible())) {
      await tile.locator(".tile-poster").click();
      await panel.waitFor({ timeout: 400 }).catch(() => {});
    }
    const star = panel.getByRole("radio", { name: stars[film % stars.length], exact: true });
    await star.check({ force: true });
    await star.press("Enter");
    await panel.waitFor({ state: "detached" });
  }
}

// The functions below run in the page.

/** The longest of the events of each tap, by its number. */
type Taps = Record<string, number>;

function watchTaps() {
  const taps: Taps = {};
  Object.assign(window, { taps });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceEventTiming[]) {
      const { interactionId } = entry as unknown as { interactionId: number };
      if (interactionId === 0 || !["pointerup", "click"].includes(entry.name)) continue;
      taps[interactionId] = Math.max(taps[interactionId] ?? 0, entry.duration);
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: false } as PerformanceObserverInit);
}

function clickAndWait(input: Element): Promise<number> {
  return new Promise((resolve) => {
    const place = document.querySelector(".list-part");
    const said = () => document.querySelector(".list-changed")?.textContent;
    const before = said();
    const from = performance.now();
    const look = new MutationObserver(() => {
      if (said() === before) return;
      look.disconnect();
      requestAnimationFrame(() => requestAnimationFrame((now) => resolve(now - from)));
    });
    if (place) look.observe(place, { childList: true, subtree: true, characterData: true });
    (input as HTMLElement).click();
  });
}
