/** Requests that Schemathesis makes from the OpenAPI document, to a server with a store and a folder of models. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { startServer } from "../browser/server.ts";
import { temporaryFolder } from "../helpers/command.ts";

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
  "negative_data_rejection",
  "unsupported_method",
];

describe("requests made from the OpenAPI document", needsSchemathesis, () => {
  it("are answered as it says", { timeout: 240_000 }, async () => {
    const server = await startServer();
    try {
      const flags = ["--checks", checks.join(","), "--phases", "examples,coverage,fuzzing", "--max-examples", "40"];
      const steady = ["--seed", "1", "--generation-database", "none", "--no-color", "--request-timeout", "20"];
      const address = `${server.url}/api/v1/openapi.json`;
      const run = spawnSync(python, ["-m", "schemathesis.cli", "run", address, ...flags, ...steady], {
        cwd: temporaryFolder(),
        encoding: "utf8",
      });
      assert.equal(run.status, 0, run.stdout + run.stderr);
      assert.match(run.stdout, /[1-9]\d+ generated/);
    } finally {
      await server.stop();
    }
  });
});
