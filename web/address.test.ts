import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, placeAt } from "./address.ts";
import { noControls } from "./places/for-you/controls.ts";

/** The place that an address leads to. */
function visit(address: string) {
  const { pathname, search } = new URL(address, "http://page/");
  return placeAt(pathname.slice(1), search);
}

test("a film's address carries its title, and leads to its id", () => {
  const address = addressOf({ name: "film", film: { id: 260, title: "Star Wars: Episode IV - A New Hope (1977)" } });
  assert.equal(address, "film/260-star-wars-episode-iv-a-new-hope");
  assert.deepEqual(visit(address), { name: "film", id: 260 });
  assert.deepEqual(visit("film/260"), { name: "film", id: 260 });
});

test("ids that are texts come back as they are, whatever they look like", () => {
  for (const id of ["tt0114709", "42-foo", "-1", "~x", "a/b ü?", "260"]) {
    assert.deepEqual(visit(addressOf({ name: "film", film: { id, title: "Heat (1995)" } })), { name: "film", id });
  }
});

test("the controls of the list are in its address", () => {
  const controls = { ...noControls, genre: "Sci-Fi", from: 1980 };
  assert.deepEqual(visit(addressOf({ name: "for-you", controls })), { name: "for-you", controls });
  assert.equal(addressOf({ name: "for-you" }), "./");
  assert.deepEqual(visit("rate?find=alien"), { name: "rate", find: "alien" });
  assert.equal(visit("film/1/2"), undefined);
});

test("the way to choose films for several people is in the address", () => {
  assert.deepEqual(visit(addressOf({ name: "together" })), { name: "together" });
  const place = { name: "together", rule: "average" } as const;
  assert.deepEqual(visit(addressOf(place)), place);
  assert.deepEqual(visit("together?rule=quarrel"), { name: "together" });
  assert.equal(visit("together/1"), undefined);
});
