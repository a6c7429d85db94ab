import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { random } from "../../random.ts";
import type { UserClicks } from "../../store/store.ts";
import { trialResult } from "./trial-result.ts";

const trial = { active: "one", model: "two", share: 0.5, since: 7 };

/** Users of a group, each with 10 impressions, and clicks by their number. */
function group(name: string, users: number, clicksOf: (user: number) => number): UserClicks[] {
  return Array.from({ length: users }, (_, n) => ({
    group: name,
    user: `${name}${n}`,
    impressions: 10,
    clicks: clicksOf(n),
  }));
}

describe("the result of an A/B test", () => {
  it("counts users who were shown anything, and compares none where there are too few", () => {
    const unseen: UserClicks = { group: "a", user: "x", impressions: 0, clicks: 3 };
    const few = trialResult([...group("a", 29, () => 1), ...group("b", 40, () => 1), unseen], trial);
    assert.deepEqual(few.a, { model: "one", users: 29, impressions: 290, clicks: 29, clickThrough: 0.1 });
    assert.deepEqual([few.verdict, few.difference], ["too few", undefined]);
    const fewClicks = trialResult([...group("a", 40, (n) => (n < 9 ? 1 : 0)), ...group("b", 40, () => 1)], trial);
    assert.equal(fewClicks.verdict, "too few");
    assert.deepEqual(trialResult([], trial).b, { model: "two", users: 0, impressions: 0, clicks: 0 });
  });

  it("has the difference, and an interval as wide as a computation by hand says", () => {
    const [a, b] = [group("a", 400, (n) => n % 3), group("b", 300, (n) => n % 4)];
    const { difference, verdict } = trialResult([...a, ...b], trial);
    const mean = (users: UserClicks[]) => users.reduce((sum, { clicks }) => sum + clicks / 10, 0) / users.length;
    const variance = (users: UserClicks[]) =>
      users.reduce((sum, { clicks }) => sum + (clicks / 10 - mean(users)) ** 2, 0) / users.length ** 2;
    const value = mean(b) - mean(a);
    const half = 1.96 * Math.sqrt(variance(a) + variance(b));
    assert.ok(Math.abs(difference!.value - value) < 1e-12);
    assert.ok(Math.abs(difference!.low - (value - half)) < 0.1 * half, `${difference!.low} ${value - half}`);
    assert.ok(Math.abs(difference!.high - (value + half)) < 0.1 * half, `${difference!.high} ${value + half}`);
    assert.equal(verdict, "better");
    assert.equal(
      trialResult([...group("a", 300, (n) => n % 4), ...group("b", 400, (n) => n % 3)], trial).verdict,
      "worse",
    );
    assert.equal(trialResult([...a, ...group("b", 300, (n) => n % 3)], trial).verdict, "no difference");
  });

  it("is the same each time", () => {
    const { float } = random(1);
    const clicks = [
      ...group("a", 5000, () => (float() < 0.3 ? 1 : 0)),
      ...group("b", 50, () => (float() < 0.3 ? 1 : 0)),
    ];
    assert.deepEqual(trialResult(clicks, trial), trialResult(clicks, trial));
  });
});
