import { createServer as probe } from "node:net";
import { Command, InvalidArgumentError } from "commander";
import { isMadeUp } from "../../data/synthetic/synthetic-ratings.ts";
import { errorTable, MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { openModel } from "../../recommend/open-model.ts";
import { addSourceOptions, loadModel, type ModelFlags } from "../options/model.ts";
import { parseWhole } from "../options/parse.ts";
import { readUserRatings } from "../options/user.ts";
import { note, printable, printLines } from "../terminal/output.ts";
import { cancellation } from "../terminal/run.ts";

const host = "127.0.0.1";

interface ServeFlags extends ModelFlags {
  port: number;
}

export function serveCommand(): Command {
  const command = new Command("serve")
    .description("Serves the web page and the HTTP API on this machine.")
    .option("--port <n>", "port to listen on; 0: any free one", parsePort, 7070)
    .action(run);
  return addSourceOptions(command);
}

async function run(flags: ServeFlags): Promise<void> {
  await ensurePortFree(flags.port);
  const { users, ...model } = await openFrom(flags);
  using opened = model.opened;
  const { createApp } = await import("../../server/app.ts"); // here, so that the other commands start without a server
  const log = { write: (line: string) => process.stderr.write(printable(line)) };
  const app = await createApp({ opened, ...present({ users }) }, { log });
  if (cancellation.aborted) throw new MatineeError("CANCELLED", "the server was stopped before it listened");
  const address = await app.listen({ host, port: flags.port }).catch((error) => {
    throw portError(error, flags.port);
  });
  process.exitCode = errorTable.WRITE_FAILED.exit; // where stdout is closed, and so ends the server
  printLines([`Matinee is at ${address}`]);
  if (isMadeUp(opened.info)) {
    note("ITS FILMS AND RATINGS ARE MADE UP. For real ones, start it with a network, or with a folder: --data FOLDER.");
  }
  note("Ctrl-C stops it.");
  await new Promise<unknown>((stop) => {
    cancellation.addEventListener("abort", stop, { once: true });
    if (cancellation.aborted) stop(undefined);
  });
  await app.close();
  process.exitCode = 0;
}

/** A function of its own, so that the ratings by film, which no request needs, are not kept. */
async function openFrom(flags: ServeFlags) {
  const loaded = await loadModel({ ...flags, orMadeUp: true });
  const opened = openModel(loaded.trained);
  return { opened, users: await readUserRatings(loaded, opened) };
}

/** Checks the port before training, which may take a while. @throws PORT_IN_USE, USAGE */
async function ensurePortFree(port: number): Promise<void> {
  const server = probe();
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(portError(error, port)));
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

function portError(error: NodeJS.ErrnoException, port: number): unknown {
  if (error.code === "EADDRINUSE")
    return new MatineeError("PORT_IN_USE", `port ${port} of ${host} is in use`, { cause: error });
  if (error.code === "EACCES") {
    const fix = "choose one from 1024 with --port";
    return new MatineeError("USAGE", `port ${port} is reserved to the system`, { fix, cause: error });
  }
  return error;
}

function parsePort(text: string): number {
  const port = parseWhole(text);
  if (port > 65535) throw new InvalidArgumentError("Ports end at 65535.");
  return port;
}
