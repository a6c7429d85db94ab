/** Requests that Schemathesis makes from the OpenAPI document, to a server with a store and a folder of models. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { serveWith } from "../browser/server.ts";
import { matinee, temporaryFolder } from "../helpers/command.ts";
import { dataFolder } from "../helpers/data.ts";

const python = process.env.MATINEE_PYTHON ?? "python3";
const { status } = spawnSync(python, ["-c", "import schemathesis"]);
const needsSchemathesis = { skip: status === 0 ? false : `needs ${python} with schemathesis (MATINEE_PYTHON)` };

/** Of what it can check: no answer 500, none that the document does not name or describe. Films and genres that a model lacks may be refused. */
const checks = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "unsupported_method",
];
/** A batch answers requests that are not valid beside those that are, each by its problem. */
const batch = "/api/v1/recommendations/batch";

describe("requests made from the OpenAPI document", needsSchemathesis, () => {
  it("are answered as it says", { timeout: 240_000 }, async () => {
    const folder = temporaryFolder();
    const [store, models] = [join(folder, "store.sqlite"), join(folder, "models")];
    await matinee("store", "--store", store, "--import", "--data", dataFolder("ml-latest-small"));
    await matinee("retrain", "--store", store, "--models", models, "--model", "item-knn");
    const server = await serveWith("--store", store, "--models", models);
    try {
      const run = (...flags: string[]) => {
        const address = `${server.url}/api/v1/openapi.json`;
        const phases = ["--phases", "examples,coverage,fuzzing", "--max-examples", "40"];
        const steady = ["--seed", "1", "--generation-database", "none", "--no-color", "--request-timeout", "20"];
        const all = ["-m", "schemathesis.cli", "run", address, ...phases, ...steady, ...flags];
        const { status, stdout, stderr } = spawnSync(python, all, { cwd: folder, encoding: "utf8" });
        assert.equal(status, 0, stdout + stderr);
        assert.match(stdout, /[1-9]\d+ generated/);
      };
      run("--exclude-path", batch, "--checks", [...checks, "negative_data_rejection"].join(","));
      run("--include-path", batch, "--checks", checks.join(","));
    } finally {
      await server.stop();
    }
  });
});
