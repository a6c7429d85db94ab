/** Places, seen from afar or from a door: they fill their space. */
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
  second,
  shade,
  star,
  turn,
} from "../shapes.ts";

export const streetlamp: Motif = (w, h, v) => {
  const x = w * (0.3 + 0.4 * v("x"));
  const top = h * 0.16;
  return [
    accent(
      polygon([
        [x, top],
        [x - h * 0.42, h],
        [x + h * 0.42, h],
      ]),
    ),
    ink(
      box(x - 2.5, top, 5, h) +
        polygon([
          [x - 12, top + 12],
          [x + 12, top + 12],
          [x + 6, top - 6],
          [x - 6, top - 6],
        ]),
    ),
    second(disc(x, top + 13, 6)),
  ];
};

export const mesas: Motif = (w, h, v) => {
  const far = h * 0.62;
  const x = w * (0.28 + 0.44 * v("sun"));
  const at = w * (0.1 + 0.2 * v("mesa"));
  return [
    accent(disc(x, far - h * 0.14, Math.min(w, h) * 0.27)),
    second(
      path`M0 ${far}H${at}l5 ${-h * 0.2}h${w * 0.18}l5 ${h * 0.2}h${w * 0.2}l4 ${-h * 0.11}h${w * 0.1}l4 ${h * 0.11}H${w}V${h}H0z`,
    ),
    ink(path`M0 ${h * 0.84}Q${w * 0.3} ${h * 0.74} ${w * 0.6} ${h * 0.83}T${w} ${h * 0.8}V${h}H0z`),
  ];
};

export const cactus: Motif = (w, h, v) => {
  const s = h / 100;
  const x = w * (0.36 + 0.28 * v("x"));
  const arm = (side: number, y: number, up: number) =>
    path`M${x} ${y}h${side * 17 * s}v${-up}a${4 * s} ${4 * s} 0 0 ${side > 0 ? 1 : 0} ${side * 8 * s} 0v${up + 8 * s}h${-side * 25 * s}z`;
  return [
    accent(disc(x, h * 0.48, Math.min(w, h) * 0.36)),
    ink(
      path`M${x - 6 * s} ${h}V${26 * s}a${6 * s} ${6 * s} 0 0 1 ${12 * s} 0V${h}z` +
        arm(1, (44 + 12 * v("right")) * s, 14 * s) +
        arm(-1, (50 + 14 * v("left")) * s, 18 * s),
    ),
    second(box(0, h * 0.9, w, h * 0.1)),
  ];
};

export const searchlights: Motif = (w, h, v) => {
  const beam = (x: number, to: number) =>
    polygon([
      [x - 4, h],
      [x + 4, h],
      [to + w * 0.09, 0],
      [to - w * 0.09, 0],
    ]);
  const x = w * (0.3 + 0.4 * v("x"));
  return [
    accent(beam(w * 0.22, x + w * 0.1) + beam(w * 0.55, x - w * 0.2) + beam(w * 0.85, x)),
    ink(path`M${x - 26} ${h * 0.3}l20 -3l6 -9l6 9l20 3l-20 4l-2 11h-8l-2 -11z`),
    second(box(0, h * 0.93, w, h * 0.07)),
  ];
};

export const gridSun: Motif = (w, h, v) => {
  const floor = h * (0.6 + 0.06 * v("floor"));
  const r = Math.min(w * 0.36, floor * 0.72);
  return [
    accent(disc(w / 2, floor - r * 0.3, r)),
    ground(repeat(5, (n) => box(0, floor - r * 0.3 + r * (n * 0.2 - 0.2), w, 2 + 1.6 * n))),
    ground(box(0, floor, w, h)),
    second(
      repeat(6, (n) => box(0, floor + (h - floor) * (n / 6) ** 1.7, w, 2)) +
        repeat(11, (n) => {
          const x = w / 2 + (n - 5) * w * 0.08;
          const to = w / 2 + (n - 5) * w * 0.3;
          return path`M${x - 0.7} ${floor}L${to - 1.5} ${h}h3L${x + 0.7} ${floor}z`;
        }),
    ),
  ];
};

export const doorAjar: Motif = (w, h, v) => {
  const x = w * (0.36 + 0.1 * v("x"));
  const top = h * 0.14;
  const wide = w * 0.26;
  return [
    accent(
      polygon([
        [x, h * 0.8],
        [x + wide, h * 0.8],
        [x + wide * 2.1, h],
        [x - wide * 0.4, h],
      ]),
    ),
    accent(box(x, top, wide, h * 0.66)),
    ink(
      polygon([
        [x, top],
        [x + wide * 0.62, top + h * 0.07],
        [x + wide * 0.62, h * 0.88],
        [x, h * 0.8],
      ]),
    ),
    ground(disc(x + wide * 0.5, h * 0.5, 2.6)),
  ];
};

export const kite: Motif = (w, h, v) => {
  const s = h / 100;
  const x = w * (0.35 + 0.3 * v("x"));
  return [
    accent(
      polygon([
        [x, 6 * s],
        [x + 22 * s, 32 * s],
        [x, 66 * s],
      ]),
    ),
    second(
      polygon([
        [x, 6 * s],
        [x - 22 * s, 32 * s],
        [x, 66 * s],
      ]),
    ),
    ink(
      path`M${x} ${66 * s}q${-14 * s} ${8 * s} ${-2 * s} ${14 * s}t${-8 * s} ${20 * s}h${3 * s}q${14 * s} ${-12 * s} ${6 * s} ${-19 * s}t${3 * s} ${-14 * s}z`,
    ),
  ];
};

export const balloons: Motif = (w, h, v) =>
  [accent, second, ink].map((tone, n) => {
    const x = w * (0.26 + 0.24 * n);
    const r = Math.min(w * 0.15, h * 0.2);
    const y = h * (0.26 + 0.2 * v(`y${n}`));
    return tone(
      path`M${x - r} ${y}a${r} ${r} 0 0 1 ${2 * r} 0q0 ${r * 0.9} ${-r} ${r * 1.35}q${-r} ${-r * 0.45} ${-r} ${-r * 1.35}zM${x - 0.9} ${y + r}Q${x + 4} ${h * 0.8} ${w / 2 - 0.9} ${h}h1.8Q${x + 6} ${h * 0.8} ${x + 0.9} ${y + r}z`,
    );
  });

export const skyline: Motif = (w, h, v) => {
  const count = 6;
  const step = w / count;
  const top = (n: number) => h * (0.28 + 0.4 * v(`top${n}`));
  return [
    accent(disc(w * (0.25 + 0.5 * v("x")), h * 0.32, Math.min(w, h) * 0.2)),
    ink(repeat(count, (n) => box(n * step, top(n), step + 0.3, h))),
    second(
      repeat(count, (n) =>
        repeat(3, (m) =>
          v(`lit${n}${m}`) < 0.5 ? box(n * step + step * 0.3, top(n) + 10 + m * 15, step * 0.4, 7) : "",
        ),
      ),
    ),
  ];
};

export const steps: Motif = (w, h, v) => {
  const count = 6;
  const flip = v("side") < 0.5;
  const at = (n: number) => (flip ? w - ((n + 1) * w) / count : (n * w) / count);
  return [
    accent(repeat(count, (n) => box(at(n), h * 0.22 + (n * h * 0.78) / count, w / count + 0.3, h))),
    ink(
      disc(at(1) + w / count / 2, h * 0.22 + (h * 0.78) / count - 22, 6) +
        polygon([
          [at(1) + w / count / 2, h * 0.35 - 18],
          [at(1) + w / count / 2 + 7, h * 0.35],
          [at(1) + w / count / 2 - 7, h * 0.35],
        ]),
    ),
  ];
};

export const peaks: Motif = (w, h, v) => {
  const top = h * (0.16 + 0.1 * v("top"));
  const x = w * (0.36 + 0.2 * v("x"));
  return [
    accent(disc(w * (0.82 - 0.64 * v("sun")), h * 0.26, Math.min(w, h) * 0.14)),
    second(
      polygon([
        [x - w * 0.62, h],
        [x, top],
        [x + w * 0.62, h],
      ]),
    ),
    ink(
      polygon([
        [x, top],
        [x + w * 0.14, top + h * 0.2],
        [x + 4, top + h * 0.15],
        [x - w * 0.06, top + h * 0.24],
        [x - w * 0.13, top + h * 0.18],
      ]),
    ),
    shade(
      polygon([
        [x + w * 0.06, h],
        [x + w * 0.4, h * 0.52],
        [x + w * 0.9, h],
      ]),
    ),
  ];
};

export const winding: Motif = (w, h, v) => {
  const swing = w * (0.24 + 0.2 * v("swing"));
  const x = w / 2;
  return [
    accent(disc(x + swing * 0.5, h * 0.24, Math.min(w, h) * 0.18)),
    second(box(0, h * 0.34, w, h)),
    ink(
      path`M${x - 2} ${h * 0.34}C${x + swing} ${h * 0.46} ${x - swing * 1.4} ${h * 0.56} ${x - w * 0.14} ${h}H${x + w * 0.26}C${x - swing * 0.7} ${h * 0.58} ${x + swing * 1.3} ${h * 0.46} ${x + 2} ${h * 0.34}z`,
    ),
  ];
};

export const curtain: Motif = (w, h, v) => {
  const folds = 5;
  const step = w / (2 * folds);
  const open = w * (0.24 + 0.1 * v("open"));
  const drape = (side: number) => {
    const edge = side < 0 ? 0 : w;
    return path`M${edge} 0H${w / 2}Q${w / 2 + side * open * 0.2} ${h * 0.52} ${w / 2 + side * open} ${h * 0.62}Q${w / 2 + side * open * 0.8} ${h * 0.8} ${w / 2 + side * open * 0.9} ${h}H${edge}z`;
  };
  return [
    second(path`M${w * 0.2} ${h}A${w * 0.3} ${h * 0.3} 0 0 1 ${w * 0.8} ${h}z`),
    accent(drape(-1) + drape(1)),
    ground(repeat(2 * folds, (n) => (n === folds ? "" : box(n * step - 0.8, 0, 1.6, h * (n > 2 && n < 8 ? 0.36 : 1))))),
  ];
};

export const horizon: Motif = (w, h, v) => {
  const y = h * (0.52 + 0.16 * v("y"));
  const r = Math.min(w, h) * (0.22 + 0.12 * v("r"));
  const x = w * (0.3 + 0.4 * v("x"));
  return [
    accent(path`M${x - r} ${y}a${r} ${r} 0 0 1 ${2 * r} 0z`),
    second(repeat(5, (n) => box(x - r * (1 - n * 0.16), y + 6 + n * 11, 2 * r * (1 - n * 0.16), 5.5 - n * 0.6))),
    ink(box(0, y, w, 2.4)),
  ];
};

export const profiles: Motif = (w, h, v) => {
  const s = Math.min(w, h) / 100;
  const gap = (6 + 12 * v("gap")) * s;
  const face = (side: number) => {
    const x = w / 2 + side * gap;
    const q = (dx: number) => x + side * dx * s;
    const y = (dy: number) => h / 2 + dy * s;
    return path`M${q(60)} ${h}V0H${q(12)}Q${q(6)} ${y(-30)} ${q(8)} ${y(-18)}L${q(0)} ${y(0)}Q${q(1)} ${y(5)} ${q(7)} ${y(5)}L${q(4)} ${y(11)}L${q(7)} ${y(14)}L${q(4)} ${y(19)}Q${q(3)} ${y(30)} ${q(14)} ${y(31)}Q${q(24)} ${y(40)} ${q(24)} ${h}z`;
  };
  return [accent(face(-1)), second(face(1))];
};

export const hyperspace: Motif = (w, h, v) => {
  const [x, y] = [w * (0.4 + 0.2 * v("x")), h * (0.4 + 0.2 * v("y"))];
  const far = Math.hypot(w, h) / 2;
  const streak = (n: number) => {
    const angle = (turn * (n + 0.7 * v(`a${n}`))) / 36;
    const [from, to] = [far * (0.12 + 0.5 * v(`f${n}`)), far * (0.75 + 0.5 * v(`t${n}`))];
    const at = (r: number, shift: number) =>
      path`${x + r * Math.sin(angle + shift)} ${y - r * Math.cos(angle + shift)}`;
    return path`M${at(from, 0)}L${at(to, -0.02)}L${at(to, 0.02)}z`;
  };
  return [
    accent(repeat(18, (n) => streak(2 * n))),
    ink(repeat(18, (n) => streak(2 * n + 1))),
    second(disc(x, y, far * 0.06)),
  ];
};

export const constellation: Motif = (w, h, v) => {
  const points = Array.from({ length: 6 }, (_, n): [number, number] => [
    w * (0.12 + 0.152 * n),
    h * (0.16 + 0.68 * v(`y${n}`)),
  ]);
  const line = repeat(5, (n) => {
    const [[ax, ay], [bx, by]] = [points[n], points[n + 1]];
    return path`M${ax} ${ay}L${bx} ${by}v1.6L${ax} ${ay + 1.6}z`;
  });
  return [
    second(line),
    accent(points.map(([x, y], n) => star(x, y, 4, n === 2 ? 24 : 10 + 8 * v(`r${n}`), n === 2 ? 6 : 3)).join("")),
    ink(repeat(14, (n) => disc(w * v(`dx${n}`), h * v(`dy${n}`), 1.6))),
  ];
};

export const rails: Motif = (w, h, v) => {
  const x = w * (0.4 + 0.2 * v("x"));
  const y = h * 0.3;
  return [
    accent(disc(x, y, Math.min(w, h) * 0.24)),
    second(box(0, y, w, h)),
    ink(
      polygon([
        [x - 1, y],
        [x - w * 0.36, h],
        [x - w * 0.29, h],
      ]) +
        polygon([
          [x + 1, y],
          [x + w * 0.36, h],
          [x + w * 0.29, h],
        ]) +
        repeat(7, (n) => {
          const part = ((n + 1) / 7) ** 1.8;
          const half = w * 0.42 * part;
          return box(x - half, y + (h - y) * part * 0.94, 2 * half, 2 + 6 * part);
        }),
    ),
  ];
};

export const ship: Motif = (w, h, v) => {
  const s = Math.min(w, h) / 100;
  const x = w * (0.44 + 0.12 * v("x"));
  const y = h * 0.74;
  return [
    accent(disc(w * (0.2 + 0.6 * v("sun")), h * 0.3, 17 * s)),
    ink(
      path`M${x - 34 * s} ${y - 12 * s}H${x + 36 * s}L${x + 26 * s} ${y + 6 * s}H${x - 26 * s}zM${x - 2 * s} ${y - 15 * s}V${y - 66 * s}L${x + 30 * s} ${y - 15 * s}zM${x - 6 * s} ${y - 15 * s}V${y - 54 * s}L${x - 28 * s} ${y - 15 * s}z`,
    ),
    second(path`M0 ${y}q${w / 12} ${-7 * s} ${w / 6} 0t${w / 6} 0t${w / 6} 0t${w / 6} 0t${w / 6} 0t${w / 6} 0V${h}H0z`),
  ];
};
