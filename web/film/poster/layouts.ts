import { box, disc, type Motif, type Shape, type Tone } from "./shapes.ts";
import { capHeight, type Line, type SetTitle, setTitle, textWidth } from "./type.ts";
import type { Vary } from "./vary.ts";

/** A poster of 200 by 300 units. Colours are those of the tones in it. */
export interface PosterDrawing {
  readonly colours: Readonly<Record<Tone, string>>;
  readonly ground: Tone;
  readonly parts: readonly Part[];
  readonly texts: readonly Text[];
}

/** Shapes in a space of the poster, which cuts them off. */
interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

export interface Text extends Omit<Line, "foot" | "kind"> {
  readonly x: number;
  readonly y: number;
  readonly tone: Tone;
  /** What it stands on. */
  readonly on: Tone;
  readonly upright?: boolean;
}

export const posterWidth = 200;
export const posterHeight = 300;
const margin = 14;
const wide = posterWidth - 2 * margin;

/** What a layout puts together. */
export interface Matter {
  readonly title: string;
  /** A line below the title, or "". */
  readonly credits: string;
  readonly motif: Motif;
  readonly vary: Vary;
}

type Composition = Pick<PosterDrawing, "ground" | "parts" | "texts">;
type Layout = (matter: Matter) => Composition;

export function part(x: number, y: number, width: number, height: number, shapes: readonly Shape[]): Part {
  return { x, y, width, height, shapes };
}

function plain(tone: Tone, width: number, height: number): Shape {
  return { path: box(0, 0, width, height), tone };
}

/** Changes tones for others, so that a drawing can stand on any of them. */
function retoned(shapes: readonly Shape[], tones: Partial<Record<Tone, Tone>>): Shape[] {
  return shapes.map((shape) => ({ ...shape, tone: tones[shape.tone] ?? shape.tone }));
}

/** A drawing on a field of the accent, as high as this, from this x on. */
function onAccent(x: number, width: number, height: number, motif: Motif, vary: Vary): Part {
  const shapes = retoned(motif(width, height, vary), { accent: "ground", ground: "accent", shade: "second" });
  return part(x, 0, width, height, [plain("accent", width, height), ...shapes]);
}

interface Place {
  readonly top: number;
  readonly align: "left" | "middle";
  readonly tone: Tone;
  readonly on: Tone;
  readonly x?: number;
  readonly width?: number;
}

/** A poster of these parts and a title. */
function titled(
  ground: Tone,
  parts: readonly Part[],
  set: SetTitle,
  { top, align, tone, on, x = margin, width = wide }: Place,
): Composition {
  const between = align === "left" ? [] : set.lines.filter((line) => line.kind === "small");
  const rules = between.map((line) => ({ path: rulesBeside(line, x, width, top), tone }));
  return {
    ground,
    parts: [...parts, part(0, 0, posterWidth, posterHeight, rules)],
    texts: set.lines.map(({ foot, kind: _, ...line }) => ({
      ...line,
      x: align === "left" ? x + line.width / 2 : x + width / 2,
      y: top + foot,
      tone,
      on,
    })),
  };
}

/** Lines to the left and right of a small word, as wood type has them. */
function rulesBeside({ foot, size, width }: Line, x: number, space: number, top: number): string {
  const long = Math.min(30, (space - width) / 2 - 9);
  if (long < 8) return "";
  const y = top + foot - (size * capHeight) / 2 - 1;
  return box(x + space / 2 - width / 2 - 8 - long, y, long, 2) + box(x + space / 2 + width / 2 + 8, y, long, 2);
}

/** The drawing above, the title below. */
const below: Layout = ({ title, credits, motif, vary }) => {
  const set = setTitle(title, credits, { width: wide, height: 128 });
  const top = posterHeight - 20 - set.height;
  const drawing = part(0, 0, posterWidth, top - 16, motif(posterWidth, top - 16, vary));
  return titled("ground", [drawing], set, { top, align: "left", tone: "ink", on: "ground" });
};

/** The title above, the drawing below. */
const above: Layout = ({ title, credits, motif, vary }) => {
  const set = setTitle(title, credits, { width: wide, height: 120 });
  const y = set.height + 34;
  const drawing = part(0, y, posterWidth, posterHeight - y, motif(posterWidth, posterHeight - y, vary));
  return titled("ground", [drawing], set, { top: 18, align: "left", tone: "ink", on: "ground" });
};

/** The drawing on a field of colour, the title below it. */
const field: Layout = ({ title, credits, motif, vary }) => {
  const set = setTitle(title, credits, { width: wide, height: 116 });
  const top = posterHeight - 20 - set.height;
  const drawing = onAccent(0, posterWidth, top - 16, motif, vary);
  return titled("ground", [drawing], set, { top, align: "middle", tone: "ink", on: "ground" });
};

/** The title on a band below the drawing, and a strip of colour below the band. */
const band: Layout = ({ title, credits, motif, vary }) => {
  const set = setTitle(title, credits, { width: wide, height: 112 });
  const high = set.height + 28;
  const y = posterHeight - high - 14 - 16 * vary("strip");
  const parts = [
    // Somewhat under the band, so that no seam shows.
    part(0, 0, posterWidth, y + 2, [plain("ground", posterWidth, y + 2), ...motif(posterWidth, y, vary)]),
    part(0, y, posterWidth, high, [plain("ink", posterWidth, high)]),
  ];
  return titled("accent", parts, set, { top: y + 14, align: "middle", tone: "ground", on: "ink" });
};

/** Letters as large as the poster over a drawing that hardly shows. */
const over: Layout = ({ title, credits, motif, vary }) => {
  const set = setTitle(title, credits, { width: wide, height: posterHeight - 44 });
  const top = (posterHeight - set.height) / 2;
  const shapes = retoned(motif(posterWidth, posterHeight, vary), { ink: "shade", accent: "shade", second: "shade" });
  const drawing = part(0, 0, posterWidth, posterHeight, shapes);
  return titled("ground", [drawing], set, { top, align: "middle", tone: "ink", on: "shade" });
};

/** A frame, the drawing in a round window of it, the title below. */
const framed: Layout = ({ title, credits, motif, vary }) => {
  const inner = wide - 20;
  const set = setTitle(title, credits, { width: inner, height: 104 });
  const top = posterHeight - 32 - set.height;
  const size = Math.min(inner, top - 46);
  const drawing = [plain("shade", size, size), ...retoned(motif(size, size, vary), { shade: "second" })];
  const around = box(12, 12, posterWidth - 24, size + 28) + disc(posterWidth / 2, 26 + size / 2, size / 2);
  const parts = [
    part((posterWidth - size) / 2, 26, size, size, drawing),
    part(0, 0, posterWidth, posterHeight, [
      { path: around, tone: "ground" },
      { path: frame, tone: "ink" },
    ]),
  ];
  return titled("ground", parts, set, {
    top,
    align: "middle",
    tone: "ink",
    on: "ground",
    x: (posterWidth - inner) / 2,
    width: inner,
  });
};
const frame = "M8 8h184v284h-184zM11 11v278h178v-278z";

/** The title upright at the side. */
const side: Layout = ({ title, credits, motif, vary }) => {
  const long = posterHeight - 36;
  const upright = (text: string, stretch: number, largest: number) => {
    const natural = textWidth(text, stretch);
    const size = Math.min(long / natural, largest);
    const width = size * natural;
    return {
      text,
      size,
      stretch,
      width,
      y: posterHeight - 18 - width / 2,
      tone: "ink",
      on: "ground",
      upright: true,
    } as const;
  };
  const large = upright(title, 1, 64 / capHeight);
  const small = credits === "" ? [] : [upright(credits, 1, 11)];
  const column = large.size * capHeight + 26 + 16 * small.length;
  const room = posterWidth - column;
  const left = vary("side") < 0.6;
  const end = left ? column : posterWidth;
  return {
    ground: "ground",
    parts: [onAccent(left ? column : 0, room, posterHeight, motif, vary)],
    texts: [{ ...large, x: end - 13 - 16 * small.length }, ...small.map((line) => ({ ...line, x: end - 13 }))],
  };
};

const anyTitle = () => true;
export const layouts: readonly { readonly layout: Layout; readonly fits: (title: string) => boolean }[] = [
  { layout: below, fits: anyTitle },
  { layout: above, fits: anyTitle },
  { layout: field, fits: anyTitle },
  { layout: band, fits: anyTitle },
  { layout: over, fits: (title) => title.length <= 34 && !/\S{14}/.test(title) },
  { layout: framed, fits: anyTitle },
  { layout: side, fits: (title) => title.length <= 13 && title.length >= 5 },
];
