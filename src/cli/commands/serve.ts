import { createServer as probe } from "node:net";
import { Command, InvalidArgumentError } from "commander";
import { errorTable, MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { RetrainSchedule } from "../../retraining/schedule.ts";
import { isLoopbackAddress } from "../../server/access.ts";
import type { EventOptions, ServerOptions } from "../../server/options.ts";
import type { Store } from "../../store/store.ts";
import { readKeys } from "../options/keys.ts";
import { openLog } from "../options/log.ts";
import { addSourceOptions } from "../options/model.ts";
import { parseWhole } from "../options/parse.ts";
import { readServeConfiguration, type ServeConfiguration } from "../options/serve-config.ts";
import type { ServedModelFlags } from "../options/served-model.ts";
import { openStoreOf, storeFlag, storeHelp, storePlaceOf } from "../options/store.ts";
import { note, printLines } from "../terminal/output.ts";
import { cancellation } from "../terminal/run.ts";

interface ServeFlags extends ServedModelFlags {
  port: number;
  host: string;
  keys?: string;
  public?: true;
  allowHost?: string[];
  allowOrigin?: string[];
  trustProxy?: string[];
  store?: string | true;
  config?: string;
  log?: string;
}

export function serveCommand(): Command {
  const command = new Command("serve")
    .description("Serves the web page and the HTTP API on this machine, or further with --keys or --public.")
    .option("--port <n>", "port to listen on; 0: any free one", parsePort, 7070)
    .option("--host <address>", "address to listen on; others than this machine's take --keys or --public", "127.0.0.1")
    .option("--keys <file>", "answer only who has a key of this file; see matinee key")
    .option(
      "--public",
      "answer anybody, of films and of their own ratings; users of the data take a key of the scope admin",
    )
    .option("--allow-host <name...>", "names of the server besides localhost")
    .option("--allow-origin <origin...>", "sites whose pages may ask, such as https://films.example")
    .option(storeFlag, `keep ratings, events and a catalog: ${storeHelp}`)
    .option("--models <folder>", "answer by models of this folder, as the store says; see docs/operations.md")
    .option("--trust <file>", "take saved models only that are signed by this public key; see matinee sign")
    .option("--config <file>", "further options as JSON; see docs/operations.md")
    .option("--log <file>", "log requests as well as errors, a JSON line each without personal data; - for stderr")
    .option("--trust-proxy <address...>", "proxies in front of the server, whose X-Forwarded-For is believed")
    .action(run);
  return addSourceOptions(command);
}

async function run(flags: ServeFlags): Promise<void> {
  const { trustProxy } = flags;
  const {
    store: place,
    models: folder = flags.models,
    retrain,
    ...configured
  }: ServeConfiguration = flags.config === undefined ? {} : await readServeConfiguration(flags.config);
  const server = { ...configured, ...(await serverOptions(flags)) };
  await ensurePortFree(flags);
  // Here, so that the help and other commands start without a server.
  const { openServedModels } = await import("../options/served-model.ts");
  await using closing = new AsyncDisposableStack();
  const where = flags.store ?? place;
  const store = where === undefined ? undefined : closing.use(await openStoreOf(where));
  const { models, madeUp } = closing.use(await openServedModels({ ...flags, ...present({ models: folder }) }, store));
  const reload = () => void models.refresh().catch((error) => note(`matinee: the models were not looked at: ${error}`));
  if (process.platform !== "win32") process.on("SIGHUP", reload);
  closing.defer(() => void process.off("SIGHUP", reload));
  const { createApp } = await import("../../server/app.ts");
  const log = closing.use(await openLog(flags.log));
  const retraining =
    retrain && (await schedule(retrain, { store, where, folder, ...present({ events: configured.events }) }));
  const app = await createApp(models, {
    log,
    logRequests: flags.log !== undefined,
    ...server,
    ...present({ trustProxy, store, retraining }),
  });
  if (cancellation.aborted) throw new MatineeError("CANCELLED", "the server was stopped before it listened");
  const address = await app.listen({ host: flags.host, port: flags.port }).catch((error) => {
    throw portError(error, flags);
  });
  process.exitCode = errorTable.WRITE_FAILED.exit; // where stdout is closed, and so ends the server
  printLines([`Matinee is at ${address}`]);
  if (madeUp) {
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

interface Scheduled {
  readonly store: Store | undefined;
  readonly where: string | true | undefined;
  readonly folder: string | undefined;
  readonly events?: EventOptions;
}

/** Retrains while the server runs. @throws USAGE */
async function schedule(retrain: RetrainSchedule, { store, where, folder, events }: Scheduled) {
  if (!store || where === undefined || folder === undefined) {
    throw new MatineeError("USAGE", "the configuration has retrain, and no store and folder of models for it", {
      fix: "name both, by store and models or --store and --models",
    });
  }
  const { scheduleRetraining } = await import("../../retraining/schedule.ts");
  const log = (line: string) => note(`matinee: ${line}`);
  return scheduleRetraining({ ...retrain, store, place: storePlaceOf(where), folder, log, ...present({ events }) });
}

type Place = Pick<ServeFlags, "host" | "port">;

/** Who may ask, as the flags say. @throws USAGE */
async function serverOptions(flags: ServeFlags): Promise<ServerOptions> {
  const { host, keys: file, public: isPublic, allowHost: hosts, allowOrigin: origins } = flags;
  if (!isLoopbackAddress(host) && host !== "localhost" && file === undefined && !isPublic) {
    throw new MatineeError("USAGE", `--host ${host} would open the ratings of the data to whoever reaches it`, {
      fix: "add --keys FILE, so that it takes a key, or --public, which keeps users of the data to itself",
    });
  }
  const keys = file === undefined ? undefined : await readKeys(file);
  return present({ keys, access: isPublic ? ("public" as const) : keys && ("keys" as const), hosts, origins });
}

/** Checks the port before training, which may take a while. @throws PORT_IN_USE, USAGE */
async function ensurePortFree(place: Place): Promise<void> {
  const server = probe();
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(portError(error, place)));
    server.listen(place.port, place.host, () => server.close(() => resolve()));
  });
}

function portError(error: NodeJS.ErrnoException, { host, port }: Place): unknown {
  if (error.code === "EADDRINUSE")
    return new MatineeError("PORT_IN_USE", `port ${port} of ${host} is in use`, { cause: error });
  if (error.code === "EACCES") {
    const fix = "choose one from 1024 with --port";
    return new MatineeError("USAGE", `port ${port} is reserved to the system`, { fix, cause: error });
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    const fix = "give an address of this machine with --host";
    return new MatineeError("USAGE", `${host} is no address of this machine`, { fix, cause: error });
  }
  return error;
}

function parsePort(text: string): number {
  const port = parseWhole(text);
  if (port > 65535) throw new InvalidArgumentError("Ports end at 65535.");
  return port;
}
