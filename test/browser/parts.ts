import assert from "node:assert/strict";
import type { Page } from "playwright-core";

// The parts of the page as its tests name them.

export function film(page: Page, part: "Rate" | "For you" | "Your ratings") {
  return page.getByRole("region", { name: part }).getByRole("listitem");
}

export function heading(page: Page, name: string) {
  return page.getByRole("heading", { name, exact: true });
}

/** The nth film to rate. */
export function radio(page: Page, nth: number, stars: string) {
  return film(page, "Rate").nth(nth).getByRole("radio", { name: stars, exact: true });
}

export function rate(page: Page, nth: number, stars: string) {
  return radio(page, nth, stars).check();
}

/** Until recommendations are there and no newer ones are on their way. */
export async function settled(page: Page) {
  await page.locator("#for-you ol[aria-busy=false] > li").first().waitFor();
}

export function recommendedTitles(page: Page): Promise<string[]> {
  return film(page, "For you").getByRole("heading").allInnerTexts();
}

export async function tabInto(page: Page, target: ReturnType<Page["locator"]>) {
  for (let press = 0; press < 20; press++) {
    await page.keyboard.press("Tab");
    if (await target.evaluate(isFocused)) return;
  }
  assert.fail("not reached with 20 presses of Tab");
}

// The functions below run in the page.

export function isFocused(element: Element) {
  return element === document.activeElement;
}

export function focusedText(page: Page) {
  return page.evaluate(() => document.activeElement?.textContent);
}

export function overflow() {
  return Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
