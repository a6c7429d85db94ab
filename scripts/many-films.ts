/**
 * What `ease` takes where there are more films and users than it can invert a matrix of, with `regressors`:
 *
 *   node scripts/many-films.ts [films] [users] [ratings] [regressors] [threads]      84,432 films, 100,000 users, 3 M made-up ratings, 50 and 2 unless given
 *
 * Prints the error of `ease` without the setting, what the fit was estimated to take and took, and a list.
 */
import { createEngine } from "../src/compute/pool.ts";
import { shapeOf } from "../src/data/dataset.ts";
import { syntheticRatings } from "../src/data/synthetic/synthetic-ratings.ts";
import { MatineeError } from "../src/errors.ts";
import { configure, resolveSpec } from "../src/models/configure.ts";
import { checkMemory, fit } from "../src/models/fit.ts";
import { estimatePeak } from "../src/models/shared/memory.ts";
import { profileOf } from "../src/models/shared/profiles.ts";
import { openModel } from "../src/recommend/open-model.ts";

const given = process.argv.slice(2).map(Number);
const [items = 84_432, users = 100_000, ratings = 3_000_000, regressors = 50, threads = 2] = given;
const data = await syntheticRatings({ users, items, ratings, seed: 1 });
using engine = await createEngine({ threads });
try {
  checkMemory(resolveSpec(configure("ease")), shapeOf(data), { engine });
} catch (error) {
  if (!(error instanceof MatineeError)) throw error;
  console.log(`ease: ${error.message}; ${error.fix}`);
}
const spec = configure("ease", { regressors });
const { algorithm, settings } = resolveSpec(spec);
const before = process.memoryUsage.rss();
const [start, cpu] = [performance.now(), process.cpuUsage()];
const trained = await fit(data, spec, { engine });
const { user } = process.cpuUsage(cpu);
const seconds = (performance.now() - start) / 1000;
const { factor } = trained.state.tensors;
console.log(`${data.name}: ${items} films, ${users} users, ${data.byUser.values.length} ratings; ${spec.name}`);
console.log(`fit: ${seconds.toFixed(1)} s on ${threads} threads, ${(user / 1e6).toFixed(1)} s of processor time`);
const peak = process.resourceUsage().maxRSS * 1024;
const estimate = estimatePeak(algorithm, settings, shapeOf(data));
console.log(
  `memory of the process: ${(peak / 1e6).toFixed(0)} MB at most, ${(before / 1e6).toFixed(0)} before; estimated ${(estimate / 1e6).toFixed(0)}`,
);
console.log(
  `factor: ${factor.data.length} entries, ${((8 * factor.data.length) / 1e6).toFixed(0)} MB, ${(factor.data.length / items).toFixed(1)} a film`,
);
using opened = openModel(trained, engine);
const scores = new Float32Array(items);
const first = performance.now();
for (let user = 0; user < 20; user++) opened.model.ask({ profile: profileOf(data.byUser, user) }).score(scores);
console.log(`scores of all films for one user: ${((performance.now() - first) / 20).toFixed(1)} ms`);
