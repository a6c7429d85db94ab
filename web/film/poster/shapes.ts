import type { Vary } from "./vary.ts";

/** The colours of a palette, by what they do. */
export type Tone = "ground" | "ink" | "accent" | "second" | "shade";

export interface Shape {
  readonly path: string;
  readonly tone: Tone;
  /** Where and how large a shape of its own coordinates stands. */
  readonly transform?: string;
}

/** A drawing that fills a space of this width and height. */
export type Motif = (width: number, height: number, vary: Vary) => readonly Shape[];

/** A whole turn, as an angle. */
export const turn = 2 * Math.PI;

/** A drawing in a square from -50 to 50, put in the middle of its space. */
export function emblem(draw: (vary: Vary) => readonly Shape[], part = 0.84): Motif {
  return (width, height, vary) => {
    const scale = (part * Math.min(width, height)) / 100;
    return draw(vary).map((shape) => ({
      ...shape,
      transform: path`translate(${width / 2} ${height / 2}) scale(${scale}) ${shape.transform ?? ""}`.trim(),
    }));
  };
}

export const round = (value: number) => Math.round(value * 100) / 100;

/** A path with its numbers rounded. */
export function path(texts: TemplateStringsArray, ...values: readonly (number | string)[]): string {
  return values.reduce<string>(
    (text, value, n) => text + (typeof value === "number" ? round(value) : value) + texts[n + 1],
    texts[0],
  );
}

export const disc = (x: number, y: number, r: number) =>
  path`M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;

/** Drawn the other way round, so that it is a hole in the shape about it. */
export const hole = (x: number, y: number, r: number) =>
  path`M${x - r} ${y}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 ${-2 * r} 0z`;

export const ring = (x: number, y: number, outer: number, inner: number) => disc(x, y, outer) + hole(x, y, inner);

export const box = (x: number, y: number, w: number, h: number) => path`M${x} ${y}h${w}v${h}h${-w}z`;

export const polygon = (points: readonly (readonly [number, number])[]) =>
  `M${points.map(([x, y]) => path`${x} ${y}`).join("L")}z`;

/** Points on two circles by turns. */
export function star(x: number, y: number, points: number, outer: number, inner: number, turn = 0): string {
  return polygon(
    Array.from({ length: 2 * points }, (_, n) => {
      const angle = turn + (Math.PI * n) / points - Math.PI / 2;
      const r = n % 2 === 0 ? outer : inner;
      return [x + r * Math.cos(angle), y + r * Math.sin(angle)];
    }),
  );
}

/** A wedge from the middle between two angles, 0 pointing up. */
export function wedge(x: number, y: number, r: number, from: number, to: number): string {
  const at = (angle: number) => path`${x + r * Math.sin(angle)} ${y - r * Math.cos(angle)}`;
  return path`M${x} ${y}L${at(from)}A${r} ${r} 0 ${to - from > Math.PI ? 1 : 0} 1 ${at(to)}z`;
}

export const repeat = (count: number, draw: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => draw(n)).join("");

export const ground = (d: string): Shape => ({ path: d, tone: "ground" });
export const ink = (d: string): Shape => ({ path: d, tone: "ink" });
export const accent = (d: string): Shape => ({ path: d, tone: "accent" });
export const second = (d: string): Shape => ({ path: d, tone: "second" });
export const shade = (d: string): Shape => ({ path: d, tone: "shade" });
