import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { describe, it } from "node:test";
import { blankDocument } from "./document.ts";
import { plot } from "./draw.ts";

describe("drawing", () => {
  // in this order: what has been loaded once is not looked for again
  it("needs Plot to be loaded", () => {
    assert.throws(plot, { code: "USAGE", fix: "await loadPlot() first" });
  });

  for (const missing of ["@observablehq/plot", "linkedom"]) {
    it(`says what to install where ${missing} is not there`, async () => {
      const hooks = registerHooks({
        resolve(name, context, next) {
          return next(name === missing ? `${missing}-that-is-not-there` : name, context);
        },
      });
      try {
        const expected = { code: "PACKAGE_MISSING", fix: "npm install @observablehq/plot linkedom" };
        await assert.rejects(blankDocument(), expected);
      } finally {
        hooks.deregister();
      }
    });
  }

  it("is possible with both", async () => {
    assert.equal((await blankDocument()).createElement("p").tagName, "P");
    assert.equal(typeof plot().plot, "function");
  });
});
