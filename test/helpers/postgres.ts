/** A PostgreSQL server for tests: a cluster of its own in a temporary folder, reached through a socket there. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";

/** The folder of `initdb` and `postgres`: on the path, or where Debian has it. */
function findPrograms(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...versions.map((name) => join(debian, name, "bin"))];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

const programs = findPrograms();

/** Options for a test that needs PostgreSQL: skipped, saying why, where it is not installed; never in continuous integration. */
export function needsPostgres(): { skip?: string } {
  return programs || process.env.CI === "true" ? {} : { skip: "no PostgreSQL: apt-get install postgresql" };
}

export interface PostgresServer extends AsyncDisposable {
  /** Makes an empty database. @returns its address */
  createDatabase(): Promise<string>;
  /** Ends the server as a power cut would. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Starts a server. PostgreSQL does not run as root; then it runs as the user `postgres`. */
export async function startPostgres(): Promise<PostgresServer> {
  if (!programs) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  const folder = mkdtempSync(join(tmpdir(), "pg-"));
  const account = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid!);
  const data = join(folder, "data");
  const options = { ...account, cwd: folder, stdio: "pipe" } as const;
  // A language with another order than that of bytes, which the store must not depend on.
  const language = ["--locale-provider=icu", "--icu-locale=en", "--locale=C.UTF-8"];
  execFileSync(
    join(programs, "initdb"),
    ["-D", data, "-U", "matinee", "-A", "trust", "-E", "UTF8", "--no-sync", ...language],
    options,
  );
  let server: ChildProcess | undefined;
  let databases = 0;
  const address = (name: string) => `postgresql:///${name}?host=${encodeURIComponent(folder)}&user=matinee`;

  async function start(): Promise<void> {
    const settings = [
      "listen_addresses=",
      "shared_buffers=16MB",
      "max_connections=60",
      "deadlock_timeout=100ms",
    ].flatMap((one) => ["-c", one]);
    server = spawn(join(programs!, "postgres"), ["-D", data, "-k", folder, ...settings], {
      ...options,
      stdio: "ignore",
    });
    for (let tries = 0; ; tries++) {
      try {
        await run("select 1");
        return;
      } catch (error) {
        if (tries > 200) throw error;
        await setTimeout(50);
      }
    }
  }
  async function run(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: address("postgres") });
    client.on("error", () => {});
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }
  async function stop(): Promise<void> {
    if (!server) return;
    const ended = once(server, "exit");
    server.kill("SIGQUIT");
    await ended;
    server = undefined;
  }
  await start();
  return {
    async createDatabase() {
      const name = `store${databases++}`;
      await run(`create database ${name}`);
      return address(name);
    },
    stop,
    start,
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function idOf(flag: "-u" | "-g"): number {
  return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
}
