import assert from "node:assert/strict";
import { test } from "node:test";
import { Type as TypeBox } from "typebox";
import { Type } from "./schema.ts";

test("schemas are those that TypeBox builds", () => {
  const schemaBy = (builder: typeof Type) =>
    builder.Object({
      k: builder.Integer({ default: 10, minimum: 1, maximum: 100, description: "how many" }),
      share: builder.Number({ default: 0.5, appliesTo: { k: [10] } }),
      binary: builder.Boolean({ default: false }),
      models: builder.String({ default: "als,tfidf" }),
      solver: builder.Enum(["exact", "fast"], { default: "fast", description: "how" }),
    });
  assert.deepEqual(
    JSON.parse(JSON.stringify(schemaBy(Type))),
    JSON.parse(JSON.stringify(schemaBy(TypeBox as unknown as typeof Type))),
  );
});
