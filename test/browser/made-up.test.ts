import assert from "node:assert/strict";
import { test } from "node:test";
import { complaintsOf, launch, skipReason } from "./browser.ts";
import { overflow, tiles } from "./parts.ts";
import { serve, startServer } from "./server.ts";

test("the page says that made-up films are made up, and how to see real ones", { skip: skipReason }, async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const server = await serve("synthetic-100k");
  t.after(server.stop);
  for (const width of [1280, 360]) {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    const complaints = complaintsOf(page);
    await page.goto(`${server.url}/rate`);
    await tiles(page).first().waitFor();
    const said = await page.getByRole("note", { name: "Made-up films" }).innerText();
    assert.match(said, /These films are made up\.[\s\S]*npm start -- --data FOLDER/);
    assert.equal(await page.evaluate(overflow), 0);
    assert.deepEqual(complaints, []);
    if (process.env.MATINEE_SHOTS) await page.screenshot({ path: `${process.env.MATINEE_SHOTS}/made-up-${width}.png` });
    await page.close();
  }
});

test("the page of real films says no such thing", { skip: skipReason }, async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const server = await startServer();
  t.after(server.stop);
  const page = await browser.newPage();
  await page.goto(`${server.url}/rate`);
  await tiles(page).first().waitFor();
  assert.equal(await page.getByRole("note", { name: "Made-up films" }).count(), 0);
});
