/** What visitors are told of the users who rate as they do. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { ofFirstTaste, twoTastes } from "../../test/helpers/two-tastes.ts";
import { fit } from "../models/fit.ts";
import { bias } from "../models/specs.ts";
import { openRecommender } from "../recommend/recommender.ts";
import { openStore } from "../store/open-store.ts";
import { type AppOptions, createApp } from "./app.ts";
import { compileCheck } from "./check-request.ts";
import { shapes } from "./shapes.ts";

async function appOf(options: AppOptions = {}, withData = true) {
  const data = twoTastes();
  return createApp(await openRecommender(await fit(data, bias()), withData ? { data } : {}), options);
}

type App = Awaited<ReturnType<typeof appOf>>;

async function ask(app: App, payload: object, headers = {}) {
  const response = await app.inject({ method: "POST", url: "/api/v1/neighbourhood", payload, headers });
  return { status: response.statusCode, text: response.body, body: response.json() };
}

describe("the users who rate as somebody does", () => {
  it("are told of together, to anybody, and named to nobody", async () => {
    await using app = await appOf({ access: "public" });
    const { status, body, text } = await ask(app, { ratings: ofFirstTaste, k: 1 }, { host: "films.example" });
    assert.deepEqual([status, body.neighbours, body.agreed.length, body.loved.length], [200, 12, 5, 1]);
    assert.ok("value" in compileCheck(shapes.UserNeighbourhood, "body")(body));
    assert.doesNotMatch(text, /"user"|"users"|"parts"|"similarity"/);
  });

  it("are nobody where the server holds no ratings", async () => {
    await using app = await appOf({}, false);
    const { status, body } = await ask(app, { ratings: ofFirstTaste });
    assert.deepEqual([status, body.compared, body.loved], [200, 0, []]);
  });

  it("love what the catalog has", async () => {
    await using store = await openStore(join(temporaryFolder(), "store.sqlite"));
    await using app = await appOf({ store });
    for (const id of [1, 5]) {
      await app.inject({ method: "PUT", url: `/api/v1/items/${id}`, payload: { title: `Film ${id}` } });
    }
    const { body } = await ask(app, { ratings: ofFirstTaste });
    assert.deepEqual(
      body.loved.map(({ id }: { id: number }) => id),
      [5],
    );
  });

  it("are not asked about by requests of a wrong shape, even where there are none", async () => {
    await using app = await appOf();
    await using alone = await appOf({}, false);
    for (const [payload, code] of [
      [{}, "REQUEST_INVALID"],
      [{ user: 1, ratings: [] }, "REQUEST_INVALID"],
      [{ ratings: ofFirstTaste, k: 101 }, "REQUEST_INVALID"],
      [{ ratings: [{ id: 1, rating: 9 }] }, "RATING_INVALID"],
      [{ ratings: ofFirstTaste, filter: { field: "nope", is: 1 } }, "USAGE"],
    ] as const) {
      assert.equal((await ask(app, payload)).body.code, code);
      assert.equal((await ask(alone, payload)).body.code, code);
    }
  });
});
