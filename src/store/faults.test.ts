/** What goes wrong around a store is said by name, and harms nothing. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { needsPostgres } from "../../test/helpers/postgres.ts";
import { storePlaces } from "../../test/helpers/stores.ts";
import { openStore } from "./open-store.ts";
import { openStoreWith } from "./opening.ts";
import { postgresFailure } from "./postgresql-errors.ts";
import { checkSqliteVersion, plainError } from "./sqlite-connection.ts";
import { sqliteFailure } from "./sqlite-errors.ts";
import type { StoreWriter } from "./store.ts";

const rate = (user: string) => (writer: StoreWriter) => writer.setRatings(user, [{ item: "1", rating: 4, time: 1 }]);
const newFile = () => join(temporaryFolder(), "store.sqlite");

describe("openStore", () => {
  it("says how to get the package for PostgreSQL where it is not there", async () => {
    // before any other test: what has been resolved once is not looked for again
    const hooks = registerHooks({
      resolve: (name, context, next) => next(name === "pg" ? "pg-that-is-not-there" : name, context),
    });
    try {
      const missing = { code: "PACKAGE_MISSING", fix: "npm install pg" };
      await assert.rejects(openStore("postgresql://127.0.0.1/films"), missing);
    } finally {
      hooks.deregister();
    }
  });
});

describe("a store in SQLite", () => {
  it("is opened in a folder that is not there yet", async () => {
    const file = join(temporaryFolder(), "a", "b", "store.sqlite");
    await using store = await openStore(file);
    await store.write(rate("ann"));
  });

  it("refuses what is no database, and leaves it alone", async () => {
    const folder = temporaryFolder();
    await assert.rejects(openStore(folder), { code: "STORE_FAILED", message: /is not a file/ });
    const text = join(folder, "text");
    writeFileSync(text, "user,item,rating\n".repeat(1000));
    await assert.rejects(openStore(text), { code: "STORE_FAILED", message: /no database/ });
    assert.equal(statSync(text).size, 17_000);
    await assert.rejects(openStore(join(text, "store.sqlite")), { code: "STORE_FAILED", message: /folder/ });
    await assert.rejects(openStore(""), { code: "USAGE" });
    await assert.rejects(openStore(":memory:"), { code: "USAGE" });
    await assert.rejects(openStore(newFile(), { mostWaiting: 0 }), { code: "USAGE" });
  });

  it("says that its folder cannot be written", async () => {
    const folder = temporaryFolder();
    const locked = join(folder, "locked");
    mkdirSync(locked);
    chmodSync(folder, 0o755);
    chmodSync(locked, 0o555);
    // Nothing is forbidden to root.
    const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const program = `
      import { openStore } from ${JSON.stringify(resolve(import.meta.dirname, "open-store.ts"))};
      await openStore(process.argv[1]).catch(({ code, line }) => console.log(code, line));`;
    const place = join(locked, "store.sqlite");
    const said = await new Promise<string>((done) => {
      const given = ["--input-type=module", "-e", program, place];
      execFile(process.execPath, given, account, (_, stdout, stderr) => done(stdout + stderr));
    });
    assert.match(said, /^STORE_FAILED the store .*cannot be opened \(check the permissions/);
    assert.deepEqual(readdirSync(locked), []);
    if (account.uid === undefined) return;
    chownSync(locked, account.uid, account.gid);
  });

  it("waits for another program that holds it, and then says so", async () => {
    const file = newFile();
    await using store = await openStoreWith(file, {}, { timeout: 1000 });
    await store.write(rate("ann"));
    const other = new DatabaseSync(file);
    other.exec("begin immediate");
    const soon = store.write(rate("bob"));
    setTimeout(() => other.exec("commit"), 200);
    await soon;
    other.exec("begin immediate");
    await assert.rejects(store.write(rate("cid")), { code: "STORE_UNAVAILABLE", message: /locked by another program/ });
    assert.equal((await store.readUser("bob")).ratings.length, 1);
    other.exec("rollback");
    other.close();
    await store.write(rate("cid"));
  });

  it("says that the disk is full", async () => {
    const database = new DatabaseSync(newFile());
    database.exec("pragma max_page_count = 4; create table texts (text)");
    let full: unknown;
    try {
      database.prepare("insert into texts values (?)").run("x".repeat(1e6));
    } catch (error) {
      full = error;
    }
    const { code, message, endsTransaction } = sqliteFailure("FILE", plainError(full));
    assert.deepEqual([code, message, endsTransaction], ["STORE_UNAVAILABLE", "the store FILE: the disk is full", true]);
  });

  it("needs an SQLite without known faults", () => {
    for (const version of ["3.51.2", "3.50.9", "2.99.99", "3.51"]) {
      assert.throws(() => checkSqliteVersion(version), new RegExp(`brings SQLite ${version}.*update Node`), version);
    }
    for (const version of ["3.51.3", "3.52.0", "4.0.0"]) checkSqliteVersion(version);
  });

  it("is copied while it is written, into a file that is not there yet", async () => {
    const file = newFile();
    const copy = join(temporaryFolder(), "copy.sqlite");
    await using store = await openStore(file);
    for (let n = 0; n < 50; n++) await store.write(rate(`before${n}`));
    let [copying, written] = [true, 0];
    const backup = store.backup(copy).finally(() => {
      copying = false;
    });
    while (copying) await store.write(rate(`during${written++}`));
    await backup;
    assert.ok(written > 0);
    await assert.rejects(store.backup(copy), { code: "USAGE", message: /already there/ });
    await using copied = await openStore(copy);
    const { ratings } = await copied.counts();
    assert.ok(ratings >= 50 && ratings <= 50 + written, `${ratings} of ${50 + written}`);
    assert.equal((await store.counts()).ratings, 50 + written);
    const missing = join(temporaryFolder(), "file");
    writeFileSync(missing, "");
    await assert.rejects(store.backup(join(missing, "copy")), { code: "WRITE_FAILED" });
  });

  it("leaves no log beside it when it is closed", async () => {
    const file = newFile();
    const store = await openStore(file);
    await store.write(rate("ann"));
    assert.ok(existsSync(`${file}-wal`));
    await store[Symbol.asyncDispose]();
    assert.ok(!existsSync(`${file}-wal`));
  });
});

describe("a store in PostgreSQL", needsPostgres(), () => {
  const { place, server } = storePlaces("postgresql");

  it("is away while its server is, and there again afterwards", async () => {
    await using store = await openStoreWith(await place(), {}, {});
    await store.write(rate("ann"));
    const reading = store.allRatings()[Symbol.asyncIterator]();
    await reading.next();
    await server().stop();
    const away = { code: "STORE_UNAVAILABLE", message: /cannot be reached/ };
    await assert.rejects(store.check(), away);
    await assert.rejects(store.write(rate("bob")), away);
    await assert.rejects(store.readUser("ann"), away);
    await server().start();
    await store.write(rate("cid"));
    assert.equal(await store.hasUser("ann"), true);
    assert.equal((await store.counts()).users, 2);
    await reading.return?.();
  });

  it("is copied by pg_dump", async () => {
    await using store = await openStore(await place());
    const file = join(temporaryFolder(), "copy");
    await assert.rejects(store.backup(file), (error: { code: string; fix: string }) => {
      assert.equal(error.code, "USAGE");
      assert.match(error.fix, /pg_dump/);
      return true;
    });
  });

  it("is named without its password", async () => {
    const where = new URL(await place());
    const missing = new URL(where);
    missing.pathname = "/nowhere";
    missing.searchParams.set("password", "s3cret");
    const unreachable = "postgresql://ann:s3cret@127.0.0.1:1/films";
    for (const [address, code, what] of [
      [missing.href, "STORE_FAILED", /no such database/],
      [unreachable, "STORE_UNAVAILABLE", /cannot be reached/],
      ["postgresql://ann:s3cret@[/films", "USAGE", /not valid/],
    ] as const) {
      await assert.rejects(
        openStore(address),
        (error: { code: string; message: string; fix: string; stack: string }) => {
          assert.equal(error.code, code, error.message);
          assert.match(error.message, what);
          assert.doesNotMatch(JSON.stringify(error) + error.stack + error.message + error.fix, /s3cret/);
          return true;
        },
      );
    }
  });

  it("tries again only what was in the way of another", () => {
    assert.deepEqual(
      ["40001", "40P01", "57P01", "23505"].map((code) => {
        const { retry, endsTransaction } = postgresFailure("P", { code, message: "m" });
        return [retry, endsTransaction];
      }),
      [
        [true, true],
        [true, true],
        [false, true],
        [false, false],
      ],
    );
  });
});
