import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { rateFirst } from "../../scripts/page-speed/reactions.ts";
import { textWidth } from "../../web/film/poster/type.ts";
import { complaintsOf, launch, skipReason } from "./browser.ts";
import { startServer } from "./server.ts";

const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!\"#$%&'()*+,-./:;=?@[]·–—…’½²³°¡¿ÆŒØÐÞ×";
const accented = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝĂĄĆČĎĘĚĞĪŃŇŐŘŚŞŠŢŤŪŮŰŹŻŽ";

test("posters are set in League Gothic, whose widths are those of the table", { skip: skipReason }, async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const server = await startServer();
  t.after(server.stop);
  const page = await browser.newPage();
  const complaints = complaintsOf(page);
  const fonts: { url: string; type: string | undefined; cached: string | undefined; bytes: number }[] = [];
  page.on("response", async (response) => {
    if (!response.url().endsWith(".woff2")) return;
    const headers = response.headers();
    const { length: bytes } = await response.body();
    fonts.push({ url: response.url(), type: headers["content-type"], cached: headers["cache-control"], bytes });
  });
  await page.goto(`${server.url}/rate`);
  await page.locator(".poster").first().waitFor();

  await t.test("the font comes from this server, is kept, and small", async () => {
    await page.evaluate(() => document.fonts.load('20px "League Gothic"', "AÉŐ"));
    await page.waitForFunction(() => Array.from(document.fonts).every((font) => font.status === "loaded"));
    assert.equal(fonts.length, 2);
    for (const { url, type, cached } of fonts) {
      assert.ok(url.startsWith(`${server.url}/assets/`), url);
      assert.equal(type, "font/woff2");
      assert.match(String(cached), /immutable/);
    }
    assert.ok(fonts.reduce((sum, font) => sum + font.bytes, 0) <= 30_000);
    const licence = await page.request.get(`${server.url}/league-gothic-licence.txt`);
    assert.match(await licence.text(), /League Gothic Project Authors[\s\S]*SIL Open Font License/);
    assert.match(licence.headers()["content-type"], /^text\/plain/);
  });

  await t.test("letters are as wide as reckoned", async () => {
    const check = async (text: string, tolerance: number) => {
      for (const stretch of [0, 0.4, 1]) {
        for (const { letter, width } of await page.evaluate(widthsInPage, { text, stretch: 75 + 25 * stretch })) {
          const reckoned = textWidth(letter, stretch);
          assert.ok(Math.abs(width - reckoned) < tolerance, `${letter} at ${stretch}: ${width}, reckoned ${reckoned}`);
        }
      }
    };
    await check(capitals, 0.001);
    // A letter with an accent is reckoned as one without.
    await check(accented, 0.03);
  });

  await t.test("letters stay within their posters, before the font is there too", async () => {
    assert.deepEqual(await page.evaluate(lettersOutside), []);
    const bare = await browser.newPage();
    await bare.route("**/*.woff2", (route) => route.abort());
    await bare.goto(`${server.url}/rate`);
    await bare.locator(".poster").first().waitFor();
    assert.deepEqual(await bare.evaluate(lettersOutside), []);
    await bare.close();
  });

  await t.test("posters look the same in light and dark", async () => {
    const colours = (on: Page) =>
      on
        .locator(".poster")
        .evaluateAll((posters) =>
          posters
            .slice(0, 20)
            .map((poster) => Array.from(poster.querySelectorAll("[fill]"), (part) => getComputedStyle(part).fill)),
        );
    const light = await colours(page);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.deepEqual(await colours(page), light);
    assert.ok(light.length > 0);
  });

  await t.test("a small poster leaves room for the film's title", async () => {
    const you = await browser.newPage();
    await rateFirst(you, server.url, 1);
    await you.goto(`${server.url}/you`);
    const poster = await you.locator(".you .card .poster").first().boundingBox();
    await you.close();
    assert.ok(poster && poster.width > 40 && poster.width < 80, String(poster?.width));
  });

  assert.deepEqual(complaints, []);
});

// The functions below run in the page.

function widthsInPage({ text, stretch }: { text: string; stretch: number }) {
  const line = document.body.appendChild(document.createElement("span"));
  line.style.cssText = `font: 1000px "League Gothic"; font-stretch: ${stretch}%; position: absolute; white-space: pre`;
  const widths = Array.from(text, (letter) => {
    line.textContent = letter;
    return { letter, width: line.getBoundingClientRect().width / 1000 };
  });
  line.remove();
  return widths;
}

function lettersOutside() {
  return Array.from(document.querySelectorAll(".poster"), (poster) => {
    const around = poster.getBoundingClientRect();
    return Array.from(poster.querySelectorAll("text"), (text) => {
      // Along the line: across it the box is that of a line, which is higher than capitals are.
      const { left, right, top, bottom } = text.getBoundingClientRect();
      const upright = text.hasAttribute("transform");
      const [from, to, least, most] = upright
        ? [top, bottom, around.top, around.bottom]
        : [left, right, around.left, around.right];
      return from < least - 0.5 || to > most + 0.5 ? text.textContent : "";
    });
  })
    .flat()
    .filter((text) => text !== "");
}
