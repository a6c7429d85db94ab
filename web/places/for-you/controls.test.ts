import assert from "node:assert/strict";
import { test } from "node:test";
import { areDefault, type ListControls, noControls, readControls, writeControls } from "./controls.ts";

test("controls are read from the address as they were written", () => {
  const all: ListControls = {
    popularity: -0.5,
    variety: 0.4,
    content: 0.2,
    genre: "Film-Noir",
    from: 1940,
    to: 1959,
    like: 260,
  };
  for (const controls of [all, noControls, { ...noControls, like: "260" }, { ...noControls, like: "~x & y" }]) {
    assert.deepEqual(readControls(`?${writeControls(controls)}`), controls);
  }
  assert.equal(String(writeControls(noControls)), "");
});

test("what an address has besides, or wrongly, changes nothing", () => {
  assert.deepEqual(
    readControls("?popularity=7&variety=-1&content=2&from=80s&to=99999&genre=&like=&other=1"),
    noControls,
  );
  assert.deepEqual(readControls("?popularity=NaN&variety=Infinity"), noControls);
  assert.deepEqual(readControls("?from=1990&to=1980"), { ...noControls, from: 1990 });
});

test("a film to show more of leaves the list itself as it is", () => {
  assert.equal(areDefault({ ...noControls, like: 260 }), true);
  assert.equal(areDefault({ ...noControls, to: 1969 }), false);
});
