import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScorePart } from "../../../src/client.ts";
import { scoreRows } from "./score-rows.ts";

const rating = (id: number, value: number): ScorePart => {
  return { kind: "rating", id, title: `Film ${id} (1990)`, rating: 4.5, value };
};

test("rows begin where the one before ends, and add up to the parts", () => {
  const parts = [rating(1, 0.1), rating(2, -0.4), rating(3, 0.3), { kind: "item bias", value: 0.25 } as const];
  const rows = scoreRows(parts);
  assert.deepEqual(
    rows.map(({ label, value }) => [label, value]),
    [
      ["Film 2, which you gave 4.5", -0.4],
      ["Film 3, which you gave 4.5", 0.3],
      ["How well people like this film", 0.25],
      ["Film 1, which you gave 4.5", 0.1],
    ],
  );
  for (const [n, { from, value }] of rows.entries()) assert.equal(rows[n + 1]?.from ?? from + value, from + value);
  const last = rows[rows.length - 1];
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  assert.ok(Math.abs(last.from + last.value - total) < 1e-12);
});

test("five ratings have a row each, the others one together", () => {
  const rows = scoreRows([1, 2, 3, 4, 5, 6, 7].map((id) => rating(id, 8 - id)));
  assert.equal(rows.length, 6);
  assert.deepEqual(
    rows.filter(({ film }) => !film).map(({ label, value }) => [label, value]),
    [["2 other films of yours", 3]],
  );
});

test("what hardly counts has no row of its own", () => {
  const rows = scoreRows([rating(1, 1), rating(2, 0.01), rating(3, -0.005)]);
  assert.deepEqual(
    rows.map(({ label, value }) => [label, value]),
    [
      ["Film 1, which you gave 4.5", 1],
      ["2 other films of yours", 0.005],
    ],
  );
});

test("people of one taste are one row, genres each their own, and what is nothing has none", () => {
  const neighbour = (value: number): ScorePart => {
    return { kind: "neighbour", user: 1, similarity: 0.5, overlap: 9, rating: 4, value };
  };
  const rows = scoreRows([
    neighbour(1),
    neighbour(2),
    { kind: "genre", genre: "Crime", value: 0.5 },
    { kind: "genre", genre: "Drama", value: 0 },
  ]);
  assert.deepEqual(
    rows.map(({ label, value }) => [label, value]),
    [
      ["2 people with your taste", 3],
      ["It is Crime", 0.5],
    ],
  );
});
