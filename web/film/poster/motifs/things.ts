/** Single things in the middle of their space. */
import {
  accent,
  box,
  disc,
  emblem,
  ground,
  hole,
  ink,
  path,
  polygon,
  repeat,
  ring,
  second,
  star,
  turn,
  wedge,
} from "../shapes.ts";

export const fedora = emblem(
  (v) => [
    accent(disc(14 * (v("moon") - 0.5), -8, 40)),
    ink(
      "M-42 50Q-38 22 -13 17L-13 6Q-17 -2 -17 -10H17Q17 -2 13 6L13 17Q38 22 42 50z" +
        "M-31 -10Q-30 -14 -19 -16Q-18 -36 -8 -36Q0 -31 8 -36Q18 -36 19 -16Q30 -14 31 -10Q0 -2 -31 -10z",
    ),
    second("M-3 20L0 24L3 20L5 50H-5z"),
  ],
  1,
);

export const vinyl = emblem(
  (v) => [
    ink(disc(0, 0, 48)),
    ground(ring(0, 0, 41, 40) + ring(0, 0, 35, 34) + ring(0, 0, 29, 28) + ring(0, 0, 23, 22)),
    accent(disc(0, 0, 16) + wedge(0, 0, 48, turn * v("turn"), turn * v("turn") + 0.3)),
    ground(disc(0, 0, 3)),
  ],
  0.92,
);

export const stare = emblem(
  (v) => [
    accent("M-50 0Q0 -52 50 0Q0 52 -50 0z"),
    ground(disc(0, 0, 22)),
    ink(disc(0, 0, 15)),
    ground(path`M0 -15Q${3 + 5 * v("slit")} 0 0 15Q${-3 - 5 * v("slit")} 0 0 -15z`),
  ],
  0.94,
);

export const aperture = emblem((v) => {
  const blades = 6 + Math.floor(3 * v("blades"));
  return [
    accent(disc(0, 0, 48)),
    ground(
      repeat(blades, (n) => {
        const angle = (turn * n) / blades + v("turn");
        const next = angle + turn / blades;
        return path`M${48 * Math.sin(angle)} ${-48 * Math.cos(angle)}L${17 * Math.sin(next)} ${-17 * Math.cos(next)}l1.6 1.2L${48 * Math.sin(angle + 0.06)} ${-48 * Math.cos(angle + 0.06)}z`;
      }) + star(0, 0, blades, 17, 17 * Math.cos(Math.PI / blades), v("turn")),
    ),
    ink(disc(0, 0, 6)),
  ];
}, 0.94);

export const rocket = emblem(
  (v) => [
    second(disc(30 - 60 * v("x"), -26, 15)),
    accent("M0 -50Q19 -30 15 12H-15Q-19 -30 0 -50zM-15 -6Q-30 6 -27 26L-14 14zM15 -6Q30 6 27 26L14 14z"),
    ink("M-8 16H8Q7 36 0 50Q-7 36 -8 16z"),
    ground(disc(0, -16, 7)),
  ],
  0.98,
);

export const heart = emblem(
  (v) => [
    accent("M0 46C-62 6 -50 -42 -22 -42C-8 -42 0 -30 0 -24C0 -30 8 -42 22 -42C50 -42 62 6 0 46z"),
    v("half") < 0.5
      ? second("M0 46C62 6 50 -42 22 -42C8 -42 0 -30 0 -24z")
      : ground("M-3 -30L9 -12L-7 4L7 20L-1 42L1 20L-13 4L3 -12z"),
  ],
  0.9,
);

export const glasses = emblem((v) => {
  const lean = 6 + 8 * v("lean");
  const cup = "M-17 -40H17Q18 -2 3 2V36H13V41H-13V36H-3V2Q-18 -2 -17 -40z";
  return [
    { ...accent(cup), transform: path`translate(-21 0) rotate(${lean})` },
    { ...second(cup), transform: path`translate(21 0) rotate(${-lean})` },
  ];
}, 0.94);

export const keyhole = emblem(
  (v) => [
    accent("M-36 -50H36V50H-36z"),
    ground(path`${disc(0, -12, 13 + 4 * v("r"))}M-7 -6H7L${13 + 4 * v("r")} 34H${-13 - 4 * v("r")}z`),
    ink(disc(-25, -39, 3) + disc(25, -39, 3) + disc(-25, 39, 3) + disc(25, 39, 3)),
  ],
  0.9,
);

export const fingerprint = emblem(
  (v) => [
    accent(
      repeat(6, (n) => {
        const r = 47 - n * 8;
        const gap = turn * v(`gap${n}`);
        const open = 0.55;
        return arc(0, 0, r, r - 4, gap + open, gap + turn);
      }),
    ),
    ink(disc(0, 0, 3.4)),
  ],
  0.95,
);

/** A part of a ring. */
function arc(x: number, y: number, outer: number, inner: number, from: number, to: number): string {
  const at = (r: number, angle: number) => path`${x + r * Math.sin(angle)} ${y - r * Math.cos(angle)}`;
  const large = to - from > Math.PI ? 1 : 0;
  return path`M${at(outer, from)}A${outer} ${outer} 0 ${large} 1 ${at(outer, to)}L${at(inner, to)}A${inner} ${inner} 0 ${large} 0 ${at(inner, from)}z`;
}

export const castle = emblem(
  (v) => [
    accent(disc(28 - 56 * v("moon"), -28, 19)),
    ink(
      "M-44 50V-2H-38V4H-32V-2H-26V8H-14V-20H-9V-14H-4V-20H4V-14H9V-20H14V8H26V-2H32V4H38V-2H44V50H9V36A9 9 0 0 0 -9 36V50z",
    ),
    second(
      polygon([
        [-16, -22],
        [16, -22],
        [0, -50],
      ]),
    ),
  ],
  0.98,
);

export const swirl = emblem(
  (v) => [accent(spiralPath(48, 3.2, 11, turn * v("turn"))), ink(star(28, -30, 4, 9, 3) + star(-34, 26, 4, 7, 2))],
  0.96,
);

/** A band that winds inwards. */
function spiralPath(r: number, turns: number, wide: number, start: number): string {
  const steps = Math.round(turns * 24);
  const points = (shift: number) =>
    Array.from({ length: steps + 1 }, (_, n): [number, number] => {
      const part = n / steps;
      const angle = start + part * turns * turn;
      const at = Math.max(0, r * (1 - part) - shift * (1 - 0.7 * part));
      return [at * Math.cos(angle), at * Math.sin(angle)];
    });
  return polygon([...points(0), ...points(wide / 1.4).reverse()]);
}

export const pinwheel = emblem((v) => {
  const blades = 6 + Math.floor(3 * v("blades"));
  const each = turn / blades;
  const at = v("turn");
  const blade = (n: number) => wedge(0, 0, 46, at + n * each, at + (n + 0.55) * each);
  return [
    accent(repeat(Math.ceil(blades / 2), (n) => blade(2 * n))),
    second(repeat(Math.floor(blades / 2), (n) => blade(2 * n + 1))),
    ink(disc(0, 0, 8)),
  ];
}, 0.94);

export const spiral = emblem((v) => [accent(spiralPath(50, 4, 9, turn * v("turn"))), ink(disc(0, 0, 4))], 1.02);

export const target = emblem(
  (v) => [
    accent(ring(0, 0, 48, 39) + ring(0, 0, 29, 20)),
    second(disc(0, 0, 10)),
    ink(box(-50, -1, 100, 2) + box(-1 + 16 * (v("x") - 0.5), -50, 2, 100)),
  ],
  0.96,
);

export const compass = emblem(
  (v) => [
    second(ring(0, 0, 48, 45) + star(0, 0, 4, 22, 7, Math.PI / 4 + 0.2 * v("turn"))),
    accent("M0 -46L9 0H-9z"),
    ink("M0 46L9 0H-9z"),
    ground(disc(0, 0, 3)),
  ],
  0.94,
);

export const smile = emblem(
  (v) => [
    accent(disc(0, 0, 47)),
    ground(path`M-30 ${4 + 4 * v("y")}H30A30 30 0 0 1 -30 ${4 + 4 * v("y")}z` + disc(-16, -15, 5.5)),
    ground(v("wink") < 0.4 ? "M8 -16H26V-12H8z" : disc(16, -15, 5.5)),
  ],
  0.92,
);

export const banana = emblem(
  (v) => [
    accent(path`M-42 -20Q-34 34 30 34Q46 33 46 22Q-6 24 -30 -30Q-38 -36 -42 -20z`),
    ink(disc(20 * v("x"), -24, 11)),
  ],
  0.94,
);

export const chair = emblem(
  (v) => [accent(disc(0, 14 * (v("y") - 0.5), 46)), ink("M-20 -38H-14V4H20V50H14V14H-14V50H-20z")],
  0.92,
);

export const reel = emblem((v) => {
  const at = (n: number) => v("turn") + (turn * n) / 5;
  return [
    accent(disc(0, 0, 48) + repeat(5, (n) => hole(28 * Math.sin(at(n)), -28 * Math.cos(at(n)), 12)) + hole(0, 0, 5)),
  ];
}, 0.92);

export const fivePoints = emblem((v) => [second(ring(0, 0, 50, 47)), accent(star(0, 2, 5, 44, 18 + 4 * v("r")))]);

export const crown = emblem(
  (v) => [
    accent(`M-42 30L-48 ${-18 - 6 * v("side")}L-23 2L0 -38L23 2L48 ${-18 - 6 * v("side")}L42 30z`),
    second(box(-42, 34, 84, 9)),
    ink(disc(0, -41, 6) + disc(-48, -22, 5) + disc(48, -22, 5)),
  ],
  0.88,
);

export const goldRing = emblem(
  (v) => [
    accent("M0 -46A46 46 0 1 0 0.1 -46zM0 -32A32 34 0 1 1 -0.1 -32z"),
    second("M-32 2A32 34 0 0 0 32 2A32 26 0 0 1 -32 2z"),
    ink(star(28 + 4 * v("x"), -34, 4, 13, 3)),
  ],
  0.92,
);

export const eye = emblem(
  (v) => [
    accent("M-50 4Q0 -48 50 4Q0 52 -50 4z"),
    ground(disc(0, 3, 24)),
    second(disc(0, 3, 20)),
    ink(disc(0, 3, 10)),
    ground(disc(6 - 12 * v("glint"), -4, 4)),
  ],
  0.96,
);

export const house = emblem(
  (v) => [
    accent(disc(30 - 60 * v("moon"), -28, 16)),
    ink("M0 -34L46 2H36V48H-36V2H-46z"),
    accent(v("lit") < 0.5 ? box(-22, 10, 15, 15) : box(8, 10, 15, 15)),
    ground(v("lit") < 0.5 ? box(8, 10, 15, 38) : box(-22, 10, 15, 38)),
  ],
  0.96,
);

export const clock = emblem(
  (v) => [
    accent(disc(0, 0, 48)),
    ground(
      repeat(12, (n) => disc(40 * Math.sin((turn * n) / 12), -40 * Math.cos((turn * n) / 12), n % 3 === 0 ? 3.4 : 1.7)),
    ),
    { ...ink("M-3 6L-2 -34L0 -37L2 -34L3 6z"), transform: path`rotate(${360 * v("minute")})` },
    { ...ink("M-3.6 6L-3 -20L0 -24L3 -20L3.6 6z"), transform: path`rotate(${360 * v("hour")})` },
    ground(disc(0, 0, 2)),
  ],
  0.94,
);

export const sword = emblem(
  (v) => [
    second(disc(0, -4, 34)),
    { ...ink("M0 -52L5 -40V20H-5V-40z"), transform: path`rotate(${30 * (v("lean") - 0.5)})` },
    { ...accent("M-22 20H22V26H4V42A5 5 0 1 1 -4 42V26H-22z"), transform: path`rotate(${30 * (v("lean") - 0.5)})` },
  ],
  0.98,
);

export const diamond = emblem(
  (v) => [
    accent("M-28 -34H28L48 -8L0 46L-48 -8z"),
    second("M-16 -8L0 -34L16 -8L0 46z"),
    ink(path`M-48 -8H48v2H-48z${star(34, -36 + 8 * v("y"), 4, 11, 2.6)}`),
  ],
  0.92,
);

export const envelope = emblem(
  (v) => [accent(box(-46, -30, 92, 62)), second("M-46 -30H46L0 10z"), ink(disc(0, 6 + 4 * v("y"), 9))],
  0.94,
);

export const die = emblem((v) => {
  const five: readonly (readonly [number, number])[] = [
    [-20, -20],
    [20, 20],
    [20, -20],
    [-20, 20],
    [0, 0],
  ];
  const count = 2 + Math.floor(4 * v("pips"));
  return [
    {
      ...accent("M-36 -44H36A8 8 0 0 1 44 -36V36A8 8 0 0 1 36 44H-36A8 8 0 0 1 -44 36V-36A8 8 0 0 1 -36 -44z"),
      transform: path`rotate(${-14 + 28 * v("lean")})`,
    },
    {
      ...ground(
        five
          .slice(count % 2 ? 5 - count : 0, count % 2 ? 5 : count)
          .map(([x, y]) => disc(x, y, 8))
          .join(""),
      ),
      transform: path`rotate(${-14 + 28 * v("lean")})`,
    },
  ];
}, 0.82);

export const spade = emblem(
  (v) => [
    accent(
      "M0 -48C10 -26 42 -8 42 14C42 34 16 38 5 20Q7 40 18 48H-18Q-7 40 -5 20C-16 38 -42 34 -42 14C-42 -8 -10 -26 0 -48z",
    ),
    second(disc(0, 8 + 6 * v("y"), 7)),
  ],
  0.94,
);

export const mask = emblem(
  (v) => [
    accent("M-46 -22Q-24 -34 0 -24Q24 -34 46 -22Q50 26 18 26Q6 26 0 12Q-6 26 -18 26Q-50 26 -46 -22z"),
    ground(
      `M-36 ${-4 - 4 * v("y")}Q-22 -16 -9 0Q-22 10 -36 ${-4 - 4 * v("y")}zM36 ${-4 - 4 * v("y")}Q22 -16 9 0Q22 10 36 ${-4 - 4 * v("y")}z`,
    ),
  ],
  0.98,
);

export const spectacles = emblem(
  (v) => [
    second(ring(-25, 4, 25, 20) + ring(25, 4, 25, 20)),
    accent(disc(-25, 4, 17) + disc(25, 4, 17)),
    ink("M-8 -2Q0 -10 8 -2L8 3Q0 -5 -8 3z"),
    { ...ink("M4 -46L-8 -30H0L-4 -20L8 -36H0z"), transform: path`translate(${-8 + 16 * v("x")} 0)` },
  ],
  1,
);

export const knife = emblem(
  (v) => [
    { ...accent("M-7 8V-40Q-7 -50 7 -52V8zM-9 12H9V18H-9z"), transform: path`rotate(${24 * (v("lean") - 0.5)})` },
    { ...ink("M-6 22H6V50H-6z"), transform: path`rotate(${24 * (v("lean") - 0.5)})` },
  ],
  1,
);
