/** Sky, weather, water, plants and animals. */
import {
  accent,
  box,
  disc,
  emblem,
  ground,
  ink,
  type Motif,
  path,
  repeat,
  ring,
  second,
  star,
  turn,
  wedge,
} from "../shapes.ts";

export const planet = emblem(
  (v) => [
    accent(disc(0, 2, 33)),
    second(path`M-33 2a33 33 0 0 0 66 0a33 ${8 + 14 * v("dusk")} 0 0 1 -66 0z`),
    ink(
      path`M-52 ${16 + 6 * v("tilt")}Q0 ${34} 52 ${-22 - 6 * v("tilt")}q4 6 -4 11Q0 ${30} -50 ${20 + 6 * v("tilt")}q-3 -1 -2 -4z`,
    ),
    ink(disc(-36 + 20 * v("moon"), -38, 4)),
  ],
  0.98,
);

export const orbits = emblem((v) => {
  const moon = (r: number, salt: string) => {
    const angle = turn * v(salt);
    return disc(r * Math.sin(angle), -r * Math.cos(angle), 5.5);
  };
  return [
    second(ring(0, 0, 48, 46.4) + ring(0, 0, 35, 33.4) + ring(0, 0, 22, 20.4)),
    accent(disc(0, 0, 11)),
    ink(moon(47, "far") + moon(34, "mid") + moon(21, "near")),
  ];
}, 0.95);

export const crescent: Motif = (w, h, v) => {
  const r = Math.min(w, h) * 0.33;
  const x = w * (0.42 + 0.12 * v("x"));
  const y = h * 0.46;
  return [
    accent(
      path`M${x + r * 0.5} ${y - r * 0.87}A${r} ${r} 0 1 0 ${x + r * 0.87} ${y + r * 0.5}A${r * 0.86} ${r * 0.86} 0 1 1 ${x + r * 0.5} ${y - r * 0.87}z`,
    ),
    ink(repeat(5, (n) => star(w * v(`sx${n}`), h * 0.8 * v(`sy${n}`), 4, 5 + 5 * v(`s${n}`), 1.6))),
    second(
      path`M0 ${h * 0.9}Q${w * 0.25} ${h * (0.7 + 0.1 * v("hill"))} ${w * 0.5} ${h * 0.88}T${w} ${h * 0.84}V${h}H0z`,
    ),
  ];
};

export const sun = emblem((v) => {
  const rays = 12 + 2 * Math.floor(4 * v("rays"));
  return [
    second(repeat(rays, (n) => wedge(0, 0, 49, (turn * n) / rays, (turn * (n + 0.45)) / rays))),
    ground(disc(0, 0, 29)),
    accent(disc(0, 0, 23)),
  ];
}, 0.96);

export const waves: Motif = (w, h, v) => {
  const count = 5;
  const step = h / (count + 1);
  const long = w / (2 + Math.floor(2 * v("waves")));
  return [
    accent(disc(w * (0.3 + 0.4 * v("x")), step * 1.7, Math.min(w, h) * 0.17)),
    ...Array.from({ length: count }, (_, n) => {
      const y = (n + 1.6) * step;
      const x = -long * v(`x${n}`);
      const crests = Math.ceil(w / long) + 1;
      return [second, ink, accent][n % 3](
        path`M${x} ${y}${repeat(crests, () => path`q${long / 4} ${-step * 0.7} ${long / 2} 0t${long / 2} 0`)}v${step * 0.42}${repeat(crests, () => path`q${-long / 4} ${step * 0.7} ${-long / 2} 0t${-long / 2} 0`)}z`,
      );
    }),
  ];
};

export const fin: Motif = (w, h, v) => {
  const x = w * (0.4 + 0.2 * v("x"));
  const y = h * 0.66;
  return [
    ink(
      path`M${x - h * 0.24} ${y + 4}Q${x - h * 0.02} ${y - h * 0.12} ${x + h * 0.1} ${y - h * 0.5}Q${x + h * 0.14} ${y - h * 0.2} ${x + h * 0.26} ${y + 4}z`,
    ),
    accent(path`M0 ${y}q${w / 8} ${-h * 0.05} ${w / 4} 0t${w / 4} 0t${w / 4} 0t${w / 4} 0V${h}H0z`),
    second(path`M0 ${y + h * 0.15}q${w / 8} ${-h * 0.05} ${w / 4} 0t${w / 4} 0t${w / 4} 0t${w / 4} 0V${h}H0z`),
  ];
};

export const bird: Motif = (w, h, v) => {
  const flock = [0, 1, 2, 3, 4].map((n) => {
    const s = (n === 0 ? 0.62 : 0.16 + 0.12 * v(`s${n}`)) * Math.min(w, h);
    const x = n === 0 ? w / 2 : w * (0.12 + 0.19 * n);
    const y = n === 0 ? h * 0.52 : h * (n % 2 ? 0.16 + 0.1 * v(`y${n}`) : 0.78 + 0.1 * v(`y${n}`));
    return path`M${x - s * 0.6} ${y - s * 0.26}Q${x - s * 0.2} ${y - s * 0.36} ${x} ${y}Q${x + s * 0.2} ${y - s * 0.36} ${x + s * 0.6} ${y - s * 0.26}Q${x + s * 0.22} ${y - s * 0.2} ${x} ${y + s * 0.2}Q${x - s * 0.22} ${y - s * 0.2} ${x - s * 0.6} ${y - s * 0.26}z`;
  });
  return [ink(flock[0]), accent(flock.slice(1).join(""))];
};

export const flame = emblem(
  (v) => [
    accent("M2 -50Q8 -26 24 -10Q40 10 30 32Q20 50 0 50Q-22 50 -31 31Q-38 10 -22 -8Q-18 4 -10 8Q-16 -24 2 -50z"),
    second(
      `M${2 + 4 * v("x")} -6Q18 12 17 28Q14 46 0 46Q-14 46 -17 29Q-18 16 -8 8Q-5 16 1 16Q-3 4 ${2 + 4 * v("x")} -6z`,
    ),
  ],
  0.98,
);

export const snowflake = emblem((v) => {
  const arm = (n: number) => `rotate(${n * 60})`;
  const branch = 16 + 8 * v("branch");
  const d = path`M-2.4 0V-48H2.4V0zM0 ${-branch}l15 -12l3 4l-18 14l-18 -14l3 -4zM0 ${-branch - 14}l9 -8l3 3.6l-12 10l-12 -10l3 -3.6z`;
  return Array.from({ length: 6 }, (_, n) => ({ ...(n % 2 ? second : accent)(d), transform: arm(n) }));
}, 0.96);

export const rain: Motif = (w, h, v) => {
  const lean = 12 + 20 * v("lean");
  return [
    accent(
      repeat(34, (n) => {
        const [x, y, long] = [w * (1.2 * v(`x${n}`) - 0.1), h * (1.1 * v(`y${n}`) - 0.15), 16 + 26 * v(`l${n}`)];
        return path`M${x} ${y}l${-lean * (long / 40)} ${long}h2.6l${lean * (long / 40)} ${-long}z`;
      }),
    ),
    ink(
      path`M${w / 2 - 34} ${h * 0.6}a34 34 0 0 1 68 0q-5.6 -8 -11.3 0q-5.6 -8 -11.3 0q-5.6 -8 -11.4 0q-5.6 -8 -11.3 0q-5.6 -8 -11.4 0q-5.6 -8 -11.3 0z` +
        box(w / 2 - 1.2, h * 0.6 - 38, 2.4, h * 0.4 + 38),
    ),
  ];
};

export const tree = emblem(
  (v) => [
    ink("M-4 50V-4H4V50z"),
    accent(disc(0, -18, 30)),
    second(disc(-16 + 32 * v("x"), -2, 17)),
    ink("M-2 50V-8L-14 -20L-12 -22L0 -13L10 -26L13 -24L2 -6V50z"),
  ],
  0.98,
);

export const flower = emblem((v) => {
  const petals = 6 + Math.floor(4 * v("petals"));
  const petal = "M0 -8Q-17 -30 0 -48Q17 -30 0 -8z";
  return [
    ...Array.from({ length: petals }, (_, n) => ({
      ...(n % 2 && petals % 2 === 0 ? second : accent)(petal),
      transform: path`rotate(${(360 * n) / petals})`,
    })),
    ink(disc(0, 0, 10)),
  ];
}, 0.96);

export const paw = emblem(
  (v) => [
    accent("M0 -6C18 -6 36 18 32 34C29 46 12 38 0 38C-12 38 -29 46 -32 34C-36 18 -18 -6 0 -6z"),
    second(
      `M-40 ${-2}a9 12 -18 1 0 .1 0zM40 ${-2}a9 12 18 1 1 -.1 0zM-16 -42a9.5 13.5 -6 1 0 .1 0zM16 -42a9.5 13.5 6 1 1 -.1 0z`,
    ),
    ink(disc(0, 18 + 4 * v("y"), 4)),
  ],
  0.9,
);

export const web: Motif = (w, h, v) => {
  const x = v("side") < 0.5 ? 0 : w;
  const far = Math.hypot(w, h);
  const rays = 6;
  const angle = (n: number) => (x === 0 ? turn / 4 : turn / 2) + (turn / 4) * (n / rays);
  const at = (n: number, r: number): [number, number] => [x + r * Math.sin(angle(n)), -r * Math.cos(angle(n))];
  const rounds = repeat(6, (m) => {
    const r = (far * (m + 1)) / 6.6;
    return repeat(rays, (n) => {
      const [a, b, c] = [at(n, r), at(n + 1, r), at(n + 0.5, r * 0.86)];
      return path`M${a[0]} ${a[1]}Q${c[0]} ${c[1]} ${b[0]} ${b[1]}L${b[0]} ${b[1] + 2.4}Q${c[0]} ${c[1] + 2.4} ${a[0]} ${a[1] + 2.4}z`;
    });
  });
  const spokes = repeat(rays + 1, (n) => {
    const [ex, ey] = at(n, far * 1.1);
    return path`M${x} 0L${ex} ${ey}l2 1.4L${x + 1} 0z`;
  });
  return [
    accent(rounds + spokes),
    ink(disc(w * (x === 0 ? 0.56 : 0.44), h * 0.6, 7) + disc(w * (x === 0 ? 0.56 : 0.44), h * 0.6 + 12, 10)),
  ];
};

export const bat = emblem(
  (v) => [
    accent(disc(0, -2, 38 + 6 * v("r"))),
    ink(
      "M0 18Q-8 4 -18 6Q-24 -2 -34 2Q-44 -2 -52 10Q-48 -20 -22 -24Q-14 -10 -6 -12L-5 -22L0 -17L5 -22L6 -12Q14 -10 22 -24Q48 -20 52 10Q44 -2 34 2Q24 -2 18 6Q8 4 0 18z",
    ),
  ],
  0.98,
);

export const drop = emblem(
  (v) => [
    accent("M0 -50Q30 -4 30 16A30 30 0 0 1 -30 16Q-30 -4 0 -50z"),
    ground(`M-18 14A18 18 0 0 0 0 34V${29 + 2 * v("y")}A14 14 0 0 1 -13 14z`),
  ],
  0.94,
);

export const bolt = emblem(
  (v) => [second(disc(0, 0, 38 + 8 * v("r"))), accent("M10 -52L-28 8H-4L-14 52L28 -12H4z")],
  0.98,
);
