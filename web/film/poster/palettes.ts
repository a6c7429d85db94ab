/**
 * Colours by the decade of a film: the ground and the letters on it, then two colours of the drawing. Letters have at least 4.5 : 1 on their
 * ground and on its shade.
 */
export interface Palette {
  readonly ground: string;
  readonly ink: string;
  readonly accent: string;
  readonly second: string;
  /** Hardly more than the ground: for drawings under letters. */
  readonly shade: string;
}

/** Ground, ink, accent, second. */
const decades: Readonly<Record<number, string>> = {
  1910: `1b1713 efe1c4 b98d4f 6d5636 | e9dcc0 2a1f16 9b6b3c c49a62 | 22282a e8dfc9 8fa0a0 55676b | 3a1712 f1dfbd c47b46 7c3b28
    d8cbb0 1f2326 5b6d70 94703f`,
  1920: `0f1f1e f0dfb4 cf9f3f 2f6f66 | 15110d f3e3bd d0a448 7d2a25 | efe3c6 1a1a1a b3322a c79a3a | 2a1030 f2dfb6 d2a03c 7b3f7d
    ede0c3 12332f c2872c 2f7f73 | 4a1410 f5e3bf e0a43d 1e1512`,
  1930: `101418 f3e7cb d8a93f 9c2f2f | 0f3434 f4e6c4 e2b04a d1603d | f1e6cc 1a2230 c8452f d6a53f | 3b0f14 f6e6c6 d9a441 b4433b
    1d2440 f4e8cd e0ab46 6f87b8 | e6d6ae 23190f a3322b 3f6f62`,
  1940: `121212 efe9dc c03a2b 5f5b55 | 1b2530 efe6d2 d9a23b 5b7d95 | e9e2d2 17181a b2281f 7b7a74 | 2b1a17 f1e4cc cc6a35 6f5648
    20241f ece6d3 b9a24a 5f7a5c | dcd4c1 1d2733 8c2f2a 55748a | 0d1a20 e9e4d6 7fa3ab 334f5b`,
  1950: `c83a26 fff3dc 1b1b1b f2b63c | f0b440 211a14 cf3f2c 1f6f74 | 0f5f66 fdf0d5 f0a93a e25a3c | f4e7cb 1c1c1c dd4a30 1f7f86
    1c1c1c f6ead0 e2502f e9b13e | 244a86 fdf1da f2b13c e6604a | f2d9c0 2b1d2b d2453f 3a7d8a`,
  1960: `ec5a24 1c0f0a ffd24a 8f1d4f | f7d23e 1d1720 e23d2e 2a61c4 | 1f3fa8 fff2d8 ff6a2b ffcf3f | c2185b fff1dd ffb52e 3b1048
    f8efdc 1a1a22 ff5a36 2a52be | 17171c fff0d6 ff5a2a f3c63b | 0a6156 fff3da ffc83a f0532d | f5a3b5 2a0f2b e02f4f 5a3fae`,
  1970: `4a2412 fbe6c1 e98a2a b5481f | f0b23a 2b170c b5441c 6b6a24 | e8ddc2 34200f c2571d 7c7a2e | 23301b f4e4bd d99a2b 8a8f38
    7a2e16 fdebc8 f0a83a d9682a | 1e1512 f6dfb2 d9772b 8c3a1c | 123a4a fbe9c6 e89b33 cf5a2a | d9682a 241006 f7cf7f 6a2412`,
  1980: `140b2e fdeaff ff2f92 22d3ee | 0b1024 f3f6ff 00c2d1 ff4fa0 | 2a0845 fff0fb ff5fa2 ffb03b | f7f0ff 1a1033 ff2f7d 2b6bff
    050b14 eafcff 21e6c1 ff3864 | 3d0f3f fff1e6 ff8a3c ff3f81 | 0a2a5e fdf6ff ffd23f ff4f6d | ff4f5e 1d0618 ffd166 6a1b6a
    101010 fff6e5 e6312e f7c531`,
  1990: `12302b f0ebd8 e0a12f 3f8f73 | 1d1f24 f2ede1 d8492f 7f8894 | 6e1f1a fbead0 f0b13f 2a0f0d | d9d2bf 1c2226 a63a24 4f7a78
    22314f f3ecdb d98b3a 6d8fc0 | 3a2a4d f4ecdf c8b23c 8a6fb0 | 0e0f11 f3efe6 b5d334 5c6166 | e4b33b 1f1a14 9c2f1e 2c5a58
    27451f f4edcf e5c33c 7a9a45 | c7d0c4 172a2e d0562b 3d7f86 | 8c3b1b fdeed6 f3bd55 3a150a | 0c3140 f1eee0 e3683b 58a0ad`,
  2000: `0b2a36 f4eee2 f0802a 2d8fa0 | 101417 eef2f3 3fa7c4 d96a2b | e7ebea 13202a d9541f 2f7f93 | 1c2b1f eff2e4 a8c24a 4f8058
    2b1114 f9ece4 d63a2f 8a5a50 | 1a2346 f1f3fb 5aa0ef f2a03a | c9d7dc 0f1f2b b4371f 3c6f8c | 3a3a3c f6f3ec f2b632 9aa0a3
    0a1a14 eaf7ee 35c07a b8d94c | f2a33a 1b1410 a8321a 1f5d70 | 4a0f1e fdeef0 f0567a c9a0a6`,
  2010: `f2654b 1a0f14 ffd9a0 7a1f3d | 12273f f6f4ee ff6b52 37b6b0 | f6f1e7 17202e ef5b45 1fa39a | 0f6b6b fdf6ea ffc65a 0a3d44
    1e1a2e f4f1ff ff7a59 7a6ff0 | f4c95d 1e1b1c d9483b 2a6f7f | 2a2d34 f7f5f0 f25f5c 70c1b3 | dfe7e3 16302b e4572e 3f9a7a
    4b1d3f fff2ea f78c6b c65a8f | 0b3954 fdf9ef bfd7ea ff6663 | 161616 f5f5f0 ffd23f 6f6f6f`,
  2020: `c9b8e8 1d1433 6b3fd1 f2705a | f3d9c4 2a1620 d1495b 66999b | 20352d f3f2e4 a9c77f e8825d | 231b35 f6efff b79cff ff8f70
    e9efe2 1a2a22 e2633c 5f9a73 | 101b2d eef4ff 6fb1ff ffb86b | d96c4a 1c0d08 ffe0b3 5c2333 | 2f2a27 f7efe4 e3a857 a3705a
    a7c9c4 10282b d9523f 2d6f76`,
};

/** Of films whose year is unknown. */
const undated = "24211f f2ebdd cf8f3d 7a726a | ece5d6 211d1a b4472f 7f8f86 | 2b3440 f1ece1 d7a34a 7f95aa";

const first = Math.min(...Object.keys(decades).map(Number));
const latest = Math.max(...Object.keys(decades).map(Number));

/** The palettes of a year's decade. @param year 0 where unknown */
export function palettesOf(year: number): readonly Palette[] {
  const decade = year > 0 ? Math.min(latest, Math.max(first, 10 * Math.floor(year / 10))) : 0;
  const known = read.get(decade) ?? readPalettes(decades[decade] ?? undated);
  read.set(decade, known);
  return known;
}

const read = new Map<number, readonly Palette[]>();

function readPalettes(text: string): Palette[] {
  return text.split(/\s*[|\n]\s*/).map((colours) => {
    const [ground, ink, accent, second] = colours.split(" ").map((colour) => `#${colour}`);
    return { ground, ink, accent, second, shade: shadeOf(ground, ink, accent) };
  });
}

/** As much of the accent in the ground as leaves letters readable. */
function shadeOf(ground: string, ink: string, accent: string): string {
  const shades = [0.34, 0.26, 0.18, 0.12, 0.08, 0.04].map((part) => mix(ground, accent, part));
  return shades.find((shade) => contrast(shade, ink) >= leastContrast) ?? ground;
}

/** WCAG AA for text of any size. */
export const leastContrast = 4.5;

/** The contrast ratio of two colours (WCAG 2.2), 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = channels(colour).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(one: string, other: string, part: number): string {
  const to = channels(other);
  const mixed = channels(one).map((value, n) => Math.round(value + part * (to[n] - value)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
