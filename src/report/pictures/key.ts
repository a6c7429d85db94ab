/** Keys of pictures: which colour and symbol is which model. */
import type { ModelResult } from "../../evaluate/evaluation.ts";
import { draw, plot } from "../draw.ts";
import { type Picture, seriesStyle } from "../picture.ts";

/** Draws one mark as it looks in the panels. */
export function swatch(
  document: Document,
  look: { readonly color: string; readonly symbol: string; readonly hollow?: true },
): string {
  const { color, symbol, hollow } = look;
  const paint = hollow ? { fill: "var(--surface)", stroke: color, strokeWidth: 1.5 } : { fill: color };
  return draw(document, "", {
    width: 16,
    height: 16,
    margin: 0,
    axis: null,
    marks: [plot().dot([0], { frameAnchor: "middle", r: 4.5, symbol: symbol as "circle", ...paint })],
  });
}

/** @param shown the models in the picture, each with its style among all `models` */
export function modelKey(
  document: Document,
  models: readonly ModelResult[],
  shown: readonly ModelResult[],
): NonNullable<Picture["key"]> {
  return shown.map((model) => ({ svg: swatch(document, seriesStyle(models.indexOf(model))), label: model.name }));
}
