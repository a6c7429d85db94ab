import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filmDataset } from "../../test/helpers/films.ts";
import { asItemIndex } from "../data/dataset.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { openModel } from "./open-model.ts";
import { predict } from "./predict.ts";
import { queryFromRatings, queryOfUser } from "./query.ts";

describe("predict", () => {
  const data = filmDataset();
  const item = (id: number) => data.items.index(id);

  it("does not know what the asker gave a film, though it is the row that the model was fitted on", async () => {
    using knn = openModel(await fit(data, configure("user-knn", { minOverlap: 1, minNeighbours: 1 })));
    const known = queryOfUser(data, 1);
    const [film] = predict(knn, known, [item(20)]);
    const others = queryFromRatings(data, [
      [item(10), 5],
      [item(70), 2],
    ]);
    const [expected] = predict(knn, { ...others, user: known.user! }, [item(20)]);
    assert.deepEqual(film, { ...expected, rated: 4.5 });
    assert.ok(film.parts!.every((part) => part.kind !== "neighbour" || part.user !== 1));
  });

  it("refuses an index outside the catalog, and a model without predictions", async () => {
    using bias = openModel(await fit(data, configure("bias")));
    assert.throws(() => predict(bias, queryOfUser(data, 1), [asItemIndex(8)]), { code: "ITEM_UNKNOWN" });
    using ease = openModel(await fit(data, configure("ease")));
    assert.throws(() => predict(ease, queryOfUser(data, 1), [asItemIndex(1)]), { code: "CAPABILITY_MISSING" });
  });
});
