/** Patterns and plain shapes: they fill their space. */
import {
  accent,
  box,
  disc,
  ground,
  ink,
  type Motif,
  path,
  polygon,
  repeat,
  ring,
  round,
  second,
  star,
  turn,
  wedge,
} from "../shapes.ts";
import { pick } from "../vary.ts";

export const blinds: Motif = (w, h, v) => {
  const count = 7 + Math.floor(4 * v("count"));
  const step = h / count;
  const fall = w * (0.1 + 0.25 * v("fall"));
  return [
    accent(disc(w * (0.3 + 0.4 * v("x")), h * 0.45, Math.min(w, h) * 0.34)),
    ink(repeat(count + 3, (n) => path`M0 ${n * step - step}l${w} ${-fall}v${step * 0.34}l${-w} ${fall}z`)),
  ];
};

export const keys: Motif = (w, h, v) => {
  const step = w / 7;
  const start = Math.floor(3 * v("start"));
  const lit = Math.floor(7 * v("lit"));
  return [
    ink(repeat(7, (n) => (n === lit ? "" : box(n * step + 1.5, 0, step - 3, h)))),
    accent(box(lit * step + 1.5, 0, step - 3, h)),
    ground(
      repeat(7, (n) =>
        (n + start) % 7 === 2 || (n + start) % 7 === 6 ? "" : box((n + 0.69) * step, 0, step * 0.62, h * 0.6),
      ),
    ),
  ];
};

export const sounds: Motif = (w, h, v) => {
  const x = w * (0.2 + 0.6 * v("x"));
  const step = Math.max(w, h) / 9;
  return [accent(repeat(5, (n) => ring(x, h, (2 * n + 3) * step, (2 * n + 2) * step))), second(disc(x, h, step))];
};

export const fangs: Motif = (w, h, v) => {
  const count = 5 + Math.floor(3 * v("count"));
  const step = w / count;
  const jaw = (n: number, salt: string) => h * (0.24 + 0.24 * v(salt + n));
  return [
    accent(
      repeat(count, (n) =>
        polygon([
          [n * step, 0],
          [(n + 1) * step, 0],
          [(n + 0.5) * step, jaw(n, "up")],
        ]),
      ) +
        repeat(count, (n) =>
          polygon([
            [n * step, h],
            [(n + 1) * step, h],
            [(n + 0.5) * step, h - jaw(n, "low")],
          ]),
        ),
    ),
    ink(disc(w * (0.4 + 0.2 * v("x")), h / 2, Math.min(w, h) * 0.045)),
  ];
};

export const drips: Motif = (w, h, v) => {
  const count = 6 + Math.floor(3 * v("count"));
  const step = w / count;
  return [
    accent(
      `M0 0H${w}${repeat(count, (n) => {
        const drop = h * (0.2 + 0.62 * v(`drop${n}`) ** 1.6);
        return path`V${drop}a${step / 4} ${step / 4} 0 0 1 ${-step / 2} 0V${h * 0.14}a${step / 4} ${step / 4} 0 0 0 ${-step / 2} 0`;
      })}z`,
    ),
  ];
};

export const claws: Motif = (w, h, v) => {
  const lean = w * (0.16 + 0.16 * v("lean"));
  return [
    accent(
      repeat(4, (n) => {
        const x = w * (0.28 + 0.19 * n);
        const top = h * (0.08 + 0.1 * v(`top${n}`));
        const end = h * (0.82 + 0.14 * v(`end${n}`));
        return path`M${x} ${top}Q${x + 9} ${h / 2} ${x - lean} ${end}Q${x - 9} ${h / 2} ${x} ${top}z`;
      }),
    ),
  ];
};

export const chevrons: Motif = (w, h, v) => {
  const step = h / (3 + Math.floor(2 * v("count")));
  return [
    accent(
      repeat(
        6,
        (n) =>
          path`M0 ${(n + 0.1) * step}L${w / 2} ${(n - 0.7) * step}L${w} ${(n + 0.1) * step}v${step * 0.42}L${w / 2} ${(n - 0.28) * step}L0 ${(n + 0.52) * step}z`,
      ),
    ),
    ink(disc(w / 2, h * 0.62, Math.min(w, h) * 0.13)),
  ];
};

export const toys: Motif = (w, h, v) => {
  const s = Math.min(w, h);
  const x = w / 2;
  const y = h / 2;
  const side = v("side") < 0.5 ? 1 : -1;
  return [
    accent(disc(x - side * s * 0.17, y + s * 0.12, s * 0.3)),
    second(
      polygon([
        [x + side * s * 0.02, y - s * 0.42],
        [x + side * s * 0.44, y - s * 0.42],
        [x + side * s * 0.23, y],
      ]),
    ),
    ink(box(x + side * s * 0.2 - s * 0.13, y + s * (0.12 + 0.06 * v("y")), s * 0.26, s * 0.26)),
  ];
};

export const confetti: Motif = (w, h, v) => {
  const across = 4;
  const step = w / across;
  const down = Math.max(2, Math.round(h / step));
  const high = h / down;
  const cells = Array.from({ length: across * down }, (_, n) => n);
  return cells.map((n) => {
    const x = (n % across) * step + step / 2;
    const y = Math.floor(n / across) * high + high / 2;
    const r = Math.min(step, high) * 0.42;
    const form = Math.floor(5 * v(`form${n}`));
    const d = [
      disc(x, y, r),
      box(x - r, y - r, 2 * r, 2 * r),
      polygon([
        [x - r, y + r],
        [x + r, y + r],
        [x, y - r],
      ]),
      path`M${x - r} ${y - r}h${2 * r}a${2 * r} ${2 * r} 0 0 1 ${-2 * r} ${2 * r}z`,
      ring(x, y, r, r * 0.5),
    ][form];
    return pick([accent, second, ink], v(`tone${n}`))(d);
  });
};

export const rainbow: Motif = (w, h, v) => {
  const r = Math.min(w * 0.48, h * 0.86);
  const band = r / 5.5;
  const x = w * (0.42 + 0.16 * v("x"));
  return [accent, second, ink].map((tone, n) =>
    tone(ring(x, h * 0.96, r - n * 1.25 * band, r - n * 1.25 * band - band)),
  );
};

export const filmstrip: Motif = (w, h, v) => {
  const frame = h / 2.4;
  const x = w * 0.24;
  const y = -frame * v("y");
  return [
    ink(box(x, 0, w - 2 * x, h)),
    ground(
      repeat(14, (n) => box(x + 5, n * (h / 12) + 3, 8, h / 24) + box(w - x - 13, n * (h / 12) + 3, 8, h / 24)) +
        repeat(4, (n) => box(x + 19, y + n * frame + 5, w - 2 * x - 38, frame - 10)),
    ),
    accent(disc(w / 2, y + 1.5 * frame, frame * 0.3)),
    second(box(x + 19, y + 2.7 * frame, w - 2 * x - 38, frame * 0.3 - 5)),
  ];
};

export const contours: Motif = (w, h, v) => {
  const count = 9;
  return [
    accent(
      repeat(count, (n) => {
        const y = (h * (n + 0.6)) / count;
        const a = h * 0.16 * (v(`a${n >> 1}`) - 0.3);
        const b = h * 0.16 * (v(`b${n >> 1}`) - 0.7);
        return path`M0 ${y}C${w * 0.33} ${y - a} ${w * 0.66} ${y - b} ${w} ${y}v2.6C${w * 0.66} ${y - b + 4} ${w * 0.33} ${y - a + 4} 0 ${y + 2.6}z`;
      }),
    ),
    second(disc(w * (0.25 + 0.5 * v("x")), h * (0.3 + 0.3 * v("y")), Math.min(w, h) * 0.13)),
  ];
};

export const couple: Motif = (w, h, v) => {
  const r = Math.min(w * 0.31, h * 0.36);
  const lift = h * 0.1 * (v("lift") - 0.5);
  const [a, b] = [w / 2 - r * 0.55, w / 2 + r * 0.55];
  return [
    accent(disc(a, h / 2 - lift, r)),
    second(disc(b, h / 2 + lift, r)),
    ink(lens(a, h / 2 - lift, b, h / 2 + lift, r)),
  ];
};

/** Where two discs of one size overlap. */
function lens(x1: number, y1: number, x2: number, y2: number, r: number): string {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const distance = Math.hypot(dx, dy);
  const half = Math.sqrt(Math.max(0, r * r - (distance * distance) / 4));
  const [mx, my, ux, uy] = [(x1 + x2) / 2, (y1 + y2) / 2, (-dy / distance) * half, (dx / distance) * half];
  return path`M${mx + ux} ${my + uy}A${r} ${r} 0 0 1 ${mx - ux} ${my - uy}A${r} ${r} 0 0 1 ${mx + ux} ${my + uy}z`;
}

export const pinstripe: Motif = (w, h, v) => {
  const lean = h * 0.3 * (v("lean") - 0.5);
  const step = w / 9;
  return [
    second(repeat(13, (n) => path`M${(n - 2) * step} ${h}l${lean} ${-h}h2.4l${-lean} ${h}z`)),
    accent(disc(w * (0.3 + 0.4 * v("x")), h * (0.3 + 0.3 * v("y")), Math.min(w, h) * 0.16)),
  ];
};

export const bulletHoles: Motif = (w, h, v) => {
  const spots = [0, 1, 2, 3].map((n) => ({
    x: w * (0.2 + 0.2 * n),
    y: h * (0.18 + 0.64 * v(`y${n}`)),
    r: 7 + 7 * v(`r${n}`),
  }));
  return [
    accent(spots.map(({ x, y, r }, n) => star(x, y, 9, r * 2.6, r * 1.25, v(`t${n}`))).join("")),
    ink(spots.map(({ x, y, r }) => disc(x, y, r * 0.8)).join("")),
  ];
};

export const tunnel: Motif = (w, h, v) => {
  const [x, y] = [w * (0.35 + 0.3 * v("x")), h * (0.35 + 0.3 * v("y"))];
  const frame = (part: number) => box(x - x * part, y - y * part, w * part, h * part);
  const hollow = (outer: number, inner: number) =>
    frame(outer) + path`M${x - x * inner} ${y - y * inner}v${h * inner}h${w * inner}v${-h * inner}z`;
  return [accent(hollow(1, 0.78) + hollow(0.58, 0.42) + hollow(0.3, 0.2)), ink(frame(0.1))];
};

export const zigzags: Motif = (w, h, v) => {
  const step = w / 4;
  const high = h / 5;
  const line = (y: number) =>
    `M0 ${y}${repeat(4, () => path`l${step / 2} ${-high * 0.6}l${step / 2} ${high * 0.6}`)}v${high * 0.42}${repeat(4, () => path`l${-step / 2} ${-high * 0.6}l${-step / 2} ${high * 0.6}`)}z`;
  const tones = v("tone") < 0.5 ? [accent, second] : [second, ink];
  return [0, 1, 2, 3, 4].map((n) => tones[n % 2](line(round(high * (n + 0.7)))));
};

export const dots: Motif = (w, h, v) => {
  const across = 3 + Math.floor(3 * v("across"));
  const step = w / across;
  const down = Math.max(2, Math.floor(h / step));
  const odd = Math.floor(across * down * v("odd"));
  const halves = v("halves") < 0.5;
  const at = (n: number) => {
    const [x, y] = [((n % across) + 0.5) * step, (Math.floor(n / across) + 0.5) * (h / down)];
    const r = step * 0.36;
    return halves && n !== odd ? path`M${x - r} ${y}a${r} ${r} 0 0 1 ${2 * r} 0z` : disc(x, y, r);
  };
  return [accent(repeat(across * down, (n) => (n === odd ? "" : at(n)))), ink(at(odd))];
};

export const slash: Motif = (w, h, v) => {
  const rise = h * (0.5 + 0.4 * v("rise"));
  const bar = (y: number, wide: number) => path`M0 ${y + rise}L${w} ${y}v${wide}L0 ${y + rise + wide}z`;
  const y = h * 0.16 - rise * 0.3;
  return [accent(bar(y, h * 0.22)), second(bar(y + h * 0.28, h * 0.1)), ink(bar(y + h * 0.43, h * 0.04))];
};

export const burst: Motif = (w, h, v) => {
  const [x, y] = [w * (0.35 + 0.3 * v("x")), h * (0.4 + 0.2 * v("y"))];
  const rays = 10 + Math.floor(6 * v("rays"));
  const far = Math.hypot(w, h);
  return [
    second(repeat(rays, (n) => wedge(x, y, far, (turn * n) / rays, (turn * (n + 0.5)) / rays))),
    accent(star(x, y, 9, Math.min(w, h) * 0.34, Math.min(w, h) * 0.2, v("turn"))),
    ink(disc(x, y, Math.min(w, h) * 0.09)),
  ];
};

export const speed: Motif = (w, h, v) => {
  const count = 11;
  return [
    accent(
      repeat(count, (n) => {
        const y = (h * (n + 0.5)) / count;
        const long = w * (0.3 + 0.6 * v(`long${n}`));
        return path`M${w} ${y - 4}H${w - long}L${w - long - 14} ${y}L${w - long} ${y + 1}H${w}z`;
      }),
    ),
    ink(disc(w * 0.2, h / 2, Math.min(w, h) * 0.11)),
  ];
};

export const windows: Motif = (w, h, v) => {
  const across = 4;
  const down = Math.max(3, Math.round((h / w) * 4));
  const [sx, sy] = [w / across, h / down];
  const lit = Math.floor(across * down * v("lit"));
  const other = (lit + 1 + Math.floor((across * down - 2) * v("other"))) % (across * down);
  const at = (n: number) =>
    box((n % across) * sx + sx * 0.2, Math.floor(n / across) * sy + sy * 0.16, sx * 0.6, sy * 0.68);
  return [
    second(repeat(across * down, (n) => (n === lit || n === other ? "" : at(n)))),
    accent(at(lit)),
    ink(at(other)),
  ];
};

export const arches: Motif = (w, h, v) => {
  const count = 3 + Math.floor(2 * v("count"));
  const step = w / count;
  const half = step * 0.36;
  const lit = Math.floor(count * v("lit"));
  const top = h * (0.14 + 0.14 * v("top")) + half;
  const arch = (n: number) => path`M${(n + 0.5) * step - half} ${h}V${top}a${half} ${half} 0 0 1 ${2 * half} 0V${h}z`;
  return [
    second(repeat(count, (n) => (n === lit ? "" : arch(n)))),
    accent(arch(lit)),
    ink(
      disc((lit + 0.5) * step, h * 0.8, half * 0.28) +
        box((lit + 0.5) * step - half * 0.28, h * 0.8, half * 0.56, h * 0.2),
    ),
  ];
};

/** As many discs as the number says, one of them another. */
export function counted(count: number): Motif {
  return (w, h, v) => {
    const across = Math.max(1, Math.min(count, Math.round(Math.sqrt((count * w) / h))));
    const down = Math.ceil(count / across);
    const [sx, sy] = [(w * 0.9) / across, (h * 0.9) / down];
    const r = Math.min(sx, sy) * 0.41;
    const odd = Math.floor(count * v("odd"));
    const at = (n: number) => {
      const row = Math.floor(n / across);
      const inRow = Math.min(across, count - row * across);
      return disc(w / 2 + ((n % across) - (inRow - 1) / 2) * sx, h / 2 + (row - (down - 1) / 2) * sy, r);
    };
    return [accent(repeat(count, (n) => (n === odd ? "" : at(n)))), ink(at(odd))];
  };
}
