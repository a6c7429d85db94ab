import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Id } from "../../src/index.ts";
import type { FilmRating } from "../../web/profile/profile.ts";

// The parts of the page as its tests name them.

/** The films to rate on the wall, or found by a search. */
export function tiles(page: Page) {
  return page.locator(".wall:visible > .tile:not(.is-placeholder)");
}

/** The titles of the films to rate, without the year. */
export async function tileTitles(page: Page): Promise<string[]> {
  const labels = await tiles(page).locator(".tile-face > span").allTextContents();
  return labels.map((label) => label.replaceAll(/^Rate\s+|\s*\(\d{4}\)$/g, ""));
}

/** Opens the stars of the nth film to rate, and gives back its panel. A film that has just come to its place takes no answer yet. */
export async function openTile(page: Page, nth: number) {
  const tile = tiles(page).nth(nth);
  const panel = tile.locator(".tile-panel");
  // A second tap would close what a slow machine is about to show.
  for (let tap = 0; tap < 10 && !(await panel.isVisible()); tap++) {
    await tile.locator(".tile-poster").click();
    await panel.waitFor({ timeout: 5000 }).catch(() => {});
  }
  await panel.waitFor();
  return panel;
}

/** Rates the nth film to rate, closes its stars, and waits until the next one has its place. */
export async function rate(page: Page, nth: number, stars: string) {
  const panel = await openTile(page, nth);
  const star = panel.getByRole("radio", { name: stars, exact: true });
  await star.check();
  await star.press("Enter"); // by themselves, they close a while after
  await panel.waitFor({ state: "detached" });
}

export function heading(page: Page, name: string) {
  return page.getByRole("heading", { name, exact: true });
}

export function topThree(page: Page) {
  return page.getByRole("complementary", { name: "Your top three" });
}

/** The titles of the first three films, when they are there. */
export async function topTitles(page: Page): Promise<string[]> {
  const titles = topThree(page).locator(".top-three-title");
  await titles.nth(2).waitFor();
  return titles.allInnerTexts();
}

export function notice(page: Page) {
  return page.locator(".notice");
}

export async function tabInto(page: Page, target: ReturnType<Page["locator"]>) {
  for (let press = 0; press < 20; press++) {
    await page.keyboard.press("Tab");
    if (await target.evaluate(isFocused)) return;
  }
  assert.fail("not reached with 20 presses of Tab");
}

/** The ratings and marks that the browser keeps, by film. */
export function keptProfile(page: Page): Promise<{
  readonly ratings: readonly (readonly [id: Id, rating: number, title: string])[];
  readonly marks: Readonly<Record<string, readonly Id[]>>;
}> {
  return page.evaluate(() => {
    const key = Object.keys(localStorage).find((name) => name.startsWith("matinee.profile.2 "));
    const { profile } = JSON.parse((key && localStorage.getItem(key)) ?? "{}");
    const idOf = ({ id }: { id: Id }) => id;
    return {
      ratings: profile.ratings.map(({ film, rating }: FilmRating) => [film.id, rating, film.title]),
      marks: Object.fromEntries(
        Object.entries(profile.marks).map(([kind, films]) => [kind, (films as { id: Id }[]).map(idOf)]),
      ),
    };
  });
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

/** The centres of the half stars that are drawn in a group of stars, each with what a click there meets, lowest rating first. */
export function halfStars(group: Element) {
  const path = group.querySelector<SVGPathElement>(".star-empty");
  const matrix = path?.getScreenCTM();
  if (!path || !matrix) throw new Error("no stars are drawn");
  const { x, width } = path.getBBox();
  const middle = path.getBBox().y + path.getBBox().height / 2;
  // The stars are where the drawing has ink.
  const edges: number[] = [];
  let inside = false;
  for (let at = x - 1; at <= x + width + 1; at += 0.25) {
    const now = path.isPointInFill(new DOMPoint(at, middle));
    if (now !== inside) edges.push(at);
    inside = now;
  }
  const halves: { x: number; y: number; hit: string }[] = [];
  for (let star = 0; star < edges.length; star += 2) {
    const [from, to] = [edges[star], edges[star + 1]];
    for (const share of [0.25, 0.75]) {
      const point = new DOMPoint(from + share * (to - from), middle).matrixTransform(matrix);
      const hit = document.elementFromPoint(point.x, point.y);
      halves.push({
        x: point.x,
        y: point.y,
        hit: hit instanceof HTMLInputElement ? hit.value : (hit?.className ?? ""),
      });
    }
  }
  return halves;
}

/** The controls in sight or within reach by scrolling of which the middle is covered by something else. */
export function coveredControls() {
  const controls = document.querySelectorAll<HTMLElement>("a[href], button, input, select, summary");
  const covered: string[] = [];
  for (const control of controls) {
    if (!control.checkVisibility({ visibilityProperty: true }) || control.matches(".skip-link")) continue;
    control.scrollIntoView({ block: "center" });
    // Of a link that is broken into lines, the first.
    const { left, top, width, height } = control.getClientRects()[0];
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    if (!control.contains(hit)) covered.push(`${control.outerHTML.slice(0, 100)} under ${hit?.outerHTML.slice(0, 60)}`);
  }
  scrollTo(0, 0);
  return covered;
}
