// Times LIBMF (npm: libmf) on the ratings that `matinee bench --peers` wrote: libmf.mjs FOLDER PACKAGES
// Prints one line of JSON, as peers.py does. The calls differ only in the number of epochs, so that the time of setting up cancels out.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, packages] = process.argv.slice(2);
const installed = join(packages, "node_modules", "libmf");
const { Matrix, Model } = await import(pathToFileURL(join(installed, "src", "index.js")));
const { version } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));

const bytes = (name) => new Uint8Array(readFileSync(join(folder, "arrays", name))).buffer;
const users = new Int32Array(bytes("user.i32"));
const items = new Int32Array(bytes("item.i32"));
const values = new Float32Array(bytes("rating.f32"));
const ratings = new Matrix();
for (let n = 0; n < values.length; n++) ratings.push(users[n], items[n], values[n]);

function fit(iterations) {
  const model = new Model({ factors: 100, threads: 1, iterations, quiet: true });
  const start = performance.now();
  model.fit(ratings);
  const seconds = (performance.now() - start) / 1000;
  model.destroy();
  return seconds;
}

const best = (iterations) => Math.min(fit(iterations), fit(iterations));
fit(1);
const seconds = (best(4) - best(1)) / 3;
const unit = "one epoch of SGD, 100 factors, no biases of users and items: difference of 4 and 1 epochs / 3";
console.log(JSON.stringify({ peer: `libmf ${version} (npm)`, unit, seconds }));
