/** What study 001 printed of ml-latest-small, by cell. */
import type { Dataset } from "../../core.ts";

/** In [3]: id, title, genres. */
export const firstFilms = [
  [1, "Toy Story (1995)", "Adventure, Animation, Children, Comedy, Fantasy"],
  [2, "Jumanji (1995)", "Adventure, Children, Fantasy"],
  [3, "Grumpier Old Men (1995)", "Comedy, Romance"],
  [4, "Waiting to Exhale (1995)", "Comedy, Drama, Romance"],
  [5, "Father of the Bride Part II (1995)", "Comedy"],
] as const;

/** In [4]: user, film, rating, time. */
export const firstRatings = [
  [1, 1, 4, 964982703],
  [1, 3, 4, 964981247],
  [1, 6, 4, 964982224],
  [1, 47, 5, 964983815],
  [1, 50, 5, 964982931],
] as const;

/** In [5]. */
export const printedTable = { ratings: "100,836", memory: "3.1 MB" } as const;

/** In [13] and In [15]: the ten films most similar to each. */
export const similarFilms: Readonly<Record<number, readonly number[]>> = {
  260: [1196, 1210, 1198, 2571, 1291, 1270, 2628, 1240, 858, 2028],
  1407: [1717, 2710, 1387, 1573, 2115, 3499, 1517, 2502, 1994, 1393],
  4993: [7153, 5952, 6539, 2571, 4306, 2959, 4226, 5349, 3578, 33794],
};

/** In [66]: distances of the film in row 260 of the matrix, and the rows of the films. */
export const rowAsked = 260;
export const nearestRows = [
  [260, 0],
  [705, 0.56945929],
  [57, 0.57363978],
  [509, 0.59089154],
  [2396, 0.59488697],
  [325, 0.61811933],
  [63, 0.61974849],
  [4899, 0.62130753],
  [611, 0.6242686],
  [474, 0.62439215],
  [487, 0.62627967],
] as const;

/** In [22]: the objective of each epoch. */
export const firstObjectives = [
  1.0869, 1.0143, 0.9233, 0.8332, 0.74, 0.6488, 0.5688, 0.5082, 0.467, 0.4391, 0.417, 0.3958, 0.3742, 0.3534, 0.335,
  0.3198, 0.3077, 0.2982, 0.2905, 0.2837, 0.2774, 0.2713, 0.2652, 0.2594, 0.254, 0.2491, 0.2446, 0.2407, 0.2372, 0.234,
];

/** In [28]: the same of the second model. */
export const secondObjectives = [
  35.8938, 35.1456, 34.4127, 33.6949, 32.9922, 32.3046, 31.6319, 30.9741, 30.331, 29.7024, 29.0882, 28.4882, 27.9022,
  27.33, 26.7713, 26.226, 25.6938, 25.1745, 24.6678, 24.1734, 23.6912, 23.2208, 22.762, 22.3145, 21.8781, 21.4525,
  21.0375, 20.6327, 20.2379, 19.8529,
];

/** In [23]: scores "of user 1" for the first three and the last three films. */
export const scoresOfRow = [1.6777, 1.5493, 1.8262, 2.4948, 2.4837, 3.2667] as const;

/** In [25]: lists by id, for the users 1, 2 and 3. */
export const firstLists = [
  [4467, 71530, 49932, 1274, 213, 26258, 2491, 32892, 183897, 106489],
  [3089, 3608, 27611, 6993, 2290, 3556, 1982, 3435, 176371, 3754],
  [4041, 52435, 3841, 1408, 2126, 31878, 745, 1251, 86347, 1212],
] as const;

/** In [28]: lists that are printed as ids, for the users 1, 2 and 3. */
export const secondLists = [
  [7832, 1694, 5577, 4050, 5686, 5103, 6174, 1099, 3711, 8574],
  [1516, 7318, 7433, 266, 6334, 3137, 6505, 4751, 3116, 6960],
  [9302, 3540, 9097, 7361, 8884, 9494, 2165, 2739, 1596, 3857],
] as const;

/** Whether films have the ids that the study printed: in MovieLens sets of a later kind, though not in ml-100k or ml-1m. */
export function hasStudyFilms({ items }: Dataset): boolean {
  return firstLists.flat().every((id) => items.index(id) >= 0);
}
