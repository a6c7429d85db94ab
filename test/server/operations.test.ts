/** The files of docs/operations, as those read them who will run them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { matinee, temporaryFolder } from "../helpers/command.ts";

const folder = resolve(import.meta.dirname, "../../docs/operations");
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
const needsSystemd = hasSystemd || process.env.CI === "true" ? {} : { skip: "no systemd-analyze" };

/** What a compose file says of a service, as far as it is looked at. */
interface Service {
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly deploy?: object;
}

/** The reader of YAML that the validator of OpenAPI documents has. */
const parseYaml: (text: string) => { services: Record<string, Service> } = createRequire(
  import.meta.resolve("@seriousme/openapi-schema-validator"),
)("yaml").parse;

/** The flags of a command line are those of `matinee serve`. */
async function assertServes(words: readonly string[]): Promise<void> {
  assert.equal(words[0], "serve");
  const { stdout: help } = await matinee("serve", "--help");
  const flags = words.filter((word) => word.startsWith("--"));
  assert.ok(flags.length > 2);
  for (const flag of flags) assert.ok(help.includes(`${flag} `), flag);
}

describe("the unit for systemd", needsSystemd, () => {
  it("is valid, and keeps the server from most of the machine", () => {
    const unit = join(temporaryFolder(), "matinee.service");
    writeFileSync(unit, read("matinee.service").replace("/usr/bin/node", process.execPath));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""]);
    const { stdout } = spawnSync("systemd-analyze", ["security", "--offline=true", unit], { encoding: "utf8" });
    const [, exposure] = /exposure level for matinee.service: ([\d.]+)/.exec(stdout) ?? [];
    assert.ok(Number(exposure) <= 2, stdout);
  });
});

describe("the files of operations", () => {
  it("start the server by flags that it has", async () => {
    const [, command] = /^ExecStart=\S+ \S+ (.*)$/m.exec(read("matinee.service"))!;
    await assertServes(command.split(" "));
    const [, list] = /^CMD (\[.*\])$/m.exec(read("Containerfile"))!;
    await assertServes(JSON.parse(list));
  });

  it("start servers behind one address, with a database, from a compose file that holds together", async () => {
    const services: Record<string, Service> = parseYaml(read("compose.yaml")).services;
    const { database, server, proxy } = services;
    assert.deepEqual(Object.keys(services), ["database", "server", "proxy"]);
    await assertServes(server.command!);
    assert.ok(server.command!.includes("--keys") && server.command!.includes("--trust-proxy"));
    assert.deepEqual([server.build, server.read_only, server.deploy], [".", true, { replicas: 2 }]);
    assert.match(
      server.environment!.DATABASE_URL,
      /^postgresql:\/\/matinee:\$\{MATINEE_PASSWORD:\?.*\}@database\/matinee$/,
    );
    assert.equal(database.environment!.POSTGRES_USER, "matinee");
    const [configuration] = proxy.volumes!;
    assert.ok(existsSync(join(folder, configuration.split(":")[0])));
    assert.match(read("nginx-replicas.conf"), /server server:7070 /);
    const others = [database, proxy].map(({ ports = [], command }) => [ports.length, command]);
    assert.deepEqual(
      [others, server.ports],
      [
        [
          [0, undefined],
          [1, undefined],
        ],
        undefined,
      ],
      "one address alone is open",
    );
  });

  it("make an image that runs without rights, of instructions that there are", () => {
    const lines = read("Containerfile")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    const known = /^(FROM|WORKDIR|COPY|RUN|USER|VOLUME|ENV|EXPOSE|HEALTHCHECK|STOPSIGNAL|ENTRYPOINT|CMD) \S/;
    for (const line of lines) assert.match(line, known);
    const users = lines.filter((line) => line.startsWith("USER "));
    assert.deepEqual(users, ["USER node"]);
    const order = (start: string) => lines.findIndex((line) => line.startsWith(start));
    assert.ok(order("USER") < order("ENTRYPOINT"));
    for (const start of ["ENTRYPOINT", "CMD", "HEALTHCHECK --start-period=60s CMD"]) {
      const line = lines.find((each) => each.startsWith(start))!;
      assert.ok(Array.isArray(JSON.parse(line.slice(start.length))), line);
    }
  });

  it("configure the server by keys that it knows", async () => {
    const page = readFileSync(resolve(folder, "../operations.md"), "utf8");
    const [, text] = /```json\n([\s\S]*?)```/.exec(page)!;
    const place = temporaryFolder();
    const file = join(place, "matinee.json");
    const own = { store: join(place, "films.db"), models: join(place, "models") };
    writeFileSync(file, JSON.stringify({ ...JSON.parse(text), ...own }));
    // Everything is read and checked before the port is taken.
    const taken = await matinee("serve", "--config", file, "--host", "192.0.2.1", "--public");
    assert.match(taken.stderr, /192\.0\.2\.1 is no address of this machine/);
  });
});
