import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast, leastContrast, type Palette, palettesOf } from "./palettes.ts";

const years = [0, 1902, ...Array.from({ length: 13 }, (_, n) => 1910 + 10 * n), 2100];
const all = years.flatMap((year) => palettesOf(year).map((palette) => ({ year, palette })));

test("contrast is that of WCAG", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.equal(contrast("#ffffff", "#000000"), 21);
  assert.ok(Math.abs(contrast("#777777", "#ffffff") - 4.478) < 0.001);
});

test("letters can be read on the ground and on its shade in every palette", () => {
  for (const { year, palette } of all) {
    for (const on of [palette.ground, palette.shade]) {
      const ratio = contrast(palette.ink, on);
      assert.ok(ratio >= leastContrast, `${year}: ${palette.ink} on ${on} has ${ratio.toFixed(2)}`);
    }
  }
});

test("drawings stand out from the ground, and shades do hardly", () => {
  for (const { year, palette } of all) {
    const { ground, accent, second, shade } = palette;
    assert.ok(contrast(accent, ground) >= 1.7, `${year}: ${accent} on ${ground}`);
    if (accent !== second) assert.ok(distance(accent, second) > 60, `${year}: ${accent} and ${second}`);
    const ratio = contrast(shade, ground);
    assert.ok(ratio > 1.05 && ratio < 2.6, `${year}: ${shade} on ${ground} has ${ratio.toFixed(2)}`);
  }
});

test("decades have palettes of their own, and enough of them", () => {
  const key = ({ ground, ink, accent, second }: Palette) => `${ground} ${ink} ${accent} ${second}`;
  const keys = Array.from({ length: 12 }, (_, n) => palettesOf(1910 + 10 * n).map(key)).flat();
  assert.equal(new Set(keys).size, keys.length);
  for (const year of [1955, 1994, 2008]) assert.ok(palettesOf(year).length >= 7, `${year}`);
  assert.deepEqual(palettesOf(1994), palettesOf(1999));
  assert.deepEqual(palettesOf(1895), palettesOf(1915), "films before the first decade have its palettes");
  assert.deepEqual(palettesOf(2045), palettesOf(2025), "films after the last decade have its palettes");
});

/** How far two colours are apart, 0 to 441. */
function distance(one: string, other: string): number {
  const parts = (colour: string) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const to = parts(other);
  return Math.hypot(...parts(one).map((value, n) => value - to[n]));
}
