/**
 * How different the films of a list are by genre: one minus the intra-list similarity of C.-N. Ziegler, S. McNee, J. Konstan,
 * G. Lausen, "Improving recommendation lists through topic diversification", WWW 2005.
 *
 *   diversity = 1 − mean over pairs of films in the list of cos(g_i, g_j)      g_i: genres of film i, 0 or 1 each
 *
 * Films without a genre are left out, and users with fewer than two other films in their list are not averaged. With v = g / |g|,
 * the mean over m films is (|Σ v|² − m) / (m (m − 1)).
 * Neither direction is better in itself: films drawn at random are different.
 */
import type { MetricKind } from "../metric.ts";

export const diversity = {
  name: "diversity",
  summary: "how different the genres of the films in a list are",
  formula: "1 − mean cosine of genres over pairs of films in the list",
  at: "required",
  make(k, { catalog: { genres } }) {
    const sums = new Float64Array(genres.names.length);
    return {
      over: "users",
      averages: "users with two films in the list whose genres are known",
      judges: "lists",
      of({ list }) {
        let films = 0;
        sums.fill(0);
        for (const item of list.subarray(0, k)) {
          const own = new Set(genres.indices.subarray(genres.offsets[item], genres.offsets[item + 1]));
          for (const genre of own) sums[genre] += 1 / Math.sqrt(own.size);
          if (own.size > 0) films++;
        }
        if (films < 2) return undefined;
        let square = 0;
        for (const sum of sums) square += sum * sum;
        return { sum: 1 - (square - films) / (films * (films - 1)), weight: 1 };
      },
    };
  },
} as const satisfies MetricKind;
