/**
 * Tree-structured Parzen estimator: J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl, "Algorithms for hyper-parameter optimization",
 * NIPS 2011. Earlier trials are divided into the best quarter and the rest; l and g are the densities of the two, with one
 * factor for each setting:
 *
 *   l(x) = Π_d 1/(n + 1) · ( u(x_d) + Σ_i K(x_d; x_id) )        u: the prior, uniform
 *   K of a range: a normal around the place x_id in [0, 1], truncated at both ends, as wide as the larger of the gaps to the next
 *     place (or end) on either side
 *   K of a list: uniform over the share of the value x_id, 0 elsewhere
 *
 * Of 24 draws from l, the one with the largest l / g is proposed: its expected improvement is the largest.
 */
import type { Random } from "../../random.ts";
import type { SearchDimension, SettingValues } from "./search-space.ts";

const goodShare = 0.25;
const candidateDraws = 24;

/**
 * Places to try next, one for each setting.
 *
 * @param tried best first; with fewer than three more trials than settings, places are drawn at random
 */
export function proposePlaces(
  space: readonly SearchDimension[],
  tried: readonly SettingValues[],
  draw: Random,
): number[] {
  if (tried.length < space.length + 3) return space.map(() => draw.float());
  const cut = Math.ceil(goodShare * tried.length);
  const [good, rest] = [tried.slice(0, cut), tried.slice(cut)].map((part) =>
    space.map((dimension) => parzenDensity(dimension, part)),
  );
  let best: { places: number[]; gain: number } | undefined;
  for (let n = 0; n < candidateDraws; n++) {
    const places = good.map((own) => own.draw(draw));
    const gain = places.reduce((sum, place, d) => sum + Math.log(good[d].at(place) / rest[d].at(place)), 0);
    if (!best || gain > best.gain) best = { places, gain };
  }
  return best!.places;
}

interface Density {
  at(place: number): number;
  draw(draw: Random): number;
}

function parzenDensity({ name, values, placeOf }: SearchDimension, tried: readonly SettingValues[]): Density {
  const centres = tried
    .filter((one) => Object.hasOwn(one, name)) // it may not act beside the others
    .map((one) => placeOf(one[name]))
    .sort((a, b) => a - b);
  const kernels = values
    ? centres.map((centre) => valueKernel(centre, values.length))
    : centres.map((centre, n) => {
        const gap = Math.max(centre - (centres[n - 1] ?? 0), (centres[n + 1] ?? 1) - centre);
        return normalKernel(centre, Math.max(gap, 1 / Math.min(100, centres.length + 2)));
      });
  const all = [uniformPrior, ...kernels];
  return {
    at: (place) => all.reduce((sum, kernel) => sum + kernel.at(place), 0) / all.length,
    draw: (draw) => all[draw.int(all.length)].draw(draw),
  };
}

const uniformPrior: Density = { at: () => 1, draw: (draw) => draw.float() };

/** The share of one value of a list. */
function valueKernel(centre: number, values: number): Density {
  return {
    at: (place) => (Math.abs(place - centre) <= 0.5 / values ? values : 0),
    draw: () => centre,
  };
}

function normalKernel(centre: number, width: number): Density {
  const inside = normalCdf((1 - centre) / width) - normalCdf(-centre / width);
  return {
    at: (place) => Math.exp(-0.5 * ((place - centre) / width) ** 2) / (width * Math.sqrt(2 * Math.PI) * inside),
    draw(draw) {
      for (;;) {
        const place = centre + width * draw.normal();
        if (place >= 0 && place <= 1) return place;
      }
    },
  };
}

/**
 * The cumulative distribution of the standard normal. M. Abramowitz, I. Stegun, "Handbook of mathematical functions", 1964,
 * formula 26.2.17.
 */
function normalCdf(x: number): number {
  if (x < 0) return 1 - normalCdf(-x);
  const t = 1 / (1 + 0.2316419 * x);
  const series = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153].reduce(
    (sum, c) => (sum + c) * t,
    0,
  );
  return 1 - (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
