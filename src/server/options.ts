/** What the server is told about who may ask, and how much. */
import { Compile } from "typebox/compile";
import { checkList, checkNumber, checkOptions, quoteArgument } from "../check-arguments.ts";
import type { Feedback } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { present } from "../present.ts";
import type { Recommender } from "../recommend/recommender.ts";
import type { Retraining } from "../retraining/schedule.ts";
import { checkWeighting } from "../store/amounts.ts";
import type { Store } from "../store/store.ts";
import { type ApiKey, isApiKey } from "./keys.ts";
import { type ServerLimits, usualLimits } from "./limits.ts";
import type { Models } from "./models/models.ts";
import { type ShapeOf, shapes } from "./shapes.ts";

/**
 * Who may ask: `local`, whoever is on this machine; `keys`, who has a key; `public`, anybody, of films and of their own ratings alone;
 * `trusted`, every request, because the app around has checked it.
 */
export const accessKinds = ["local", "keys", "public", "trusted"] as const;

/** One of `accessKinds`. */
export type AccessKind = (typeof accessKinds)[number];

/** What models learn from a store, and what its events count. */
export interface EventOptions {
  /** "ratings" unless given. */
  readonly learnFrom?: Feedback;
  /** What each type of event counts; the others count nothing. A view, a click and a play 1, a purchase 5 unless given. */
  readonly weights: Readonly<Record<string, number>>;
  /** Days after which an event counts half; never unless given. */
  readonly halfLifeDays?: number;
}

/** What events count, where nothing else is said. */
export const usualWeights: EventOptions["weights"] = { view: 1, click: 1, play: 1, purchase: 5 };

/** What a request for a list has, unless it says otherwise. */
export type Scenario = Omit<ShapeOf<"RecommendationRequest">, "user" | "ratings" | "session" | "next" | "scenario">;

/** Who may ask the server, and how much. */
export interface ServerOptions {
  /** `keys` where keys are given, otherwise `local`. */
  readonly access?: AccessKind;
  /** The keys that are known. */
  readonly keys?: readonly ApiKey[];
  /** Names, without ports, by which the server is asked, besides those of this machine. Where access is not `local`, any unless given. */
  readonly hosts?: readonly string[];
  /** Origins of other sites whose pages may ask (CORS): `"https://films.example"`; `"*"` for all, where access is `keys` or `public`. */
  readonly origins?: readonly string[];
  readonly limits?: ServerLimits;
  /** What events of the store count, for models of events, and where visitors' profiles are made of them. */
  readonly events?: EventOptions;
  /** Named defaults of requests for lists: `{ home: { k: 20, diversity: 0.3 } }`. */
  readonly scenarios?: Readonly<Record<string, Scenario>>;
  /** What is kept of users and items; without one, the server keeps nothing. Close the server before it. */
  readonly store?: Store;
  /** The schedule by which models are retrained. It ends with the server. */
  readonly retraining?: Retraining;
}

/** The options of the plugin. */
export interface MatineeOptions extends ServerOptions {
  /** Answers the requests. Close the server before it is disposed of. */
  readonly recommender?: Pick<Recommender, "opened" | "users">;
  /** In its place: models that can be exchanged, as `openModels` opens them. Close the server before them. */
  readonly models?: Models;
}

/** The options in full. */
export interface ServerSettings extends Required<Omit<ServerOptions, "limits" | "hosts" | "store" | "retraining">> {
  /** Undefined: any. */
  readonly hosts: readonly string[] | undefined;
  readonly limits: Required<ServerLimits>;
  readonly store?: Store;
  readonly retraining?: Retraining;
}

/** The names of `ServerOptions`. */
export const serverOptionNames = [
  "access",
  "keys",
  "hosts",
  "origins",
  "limits",
  "events",
  "scenarios",
  "store",
  "retraining",
] as const;

/** Completes and checks what the server is told. @throws USAGE */
export function serverSettings(call: string, options: ServerOptions): ServerSettings {
  const {
    keys = [],
    hosts,
    origins = [],
    limits = {},
    scenarios = {},
    events = { weights: usualWeights },
    store,
    retraining,
  } = options;
  for (const name of ["keys", "hosts", "origins"] as const) checkList(call, name, options[name]);
  const access = options.access ?? (keys.length > 0 ? "keys" : "local");
  if (!accessKinds.includes(access)) refuse(call, "access", access, `give one of ${accessKinds.join(", ")}`);
  if (access === "keys" && keys.length === 0) {
    throw new MatineeError("USAGE", `${call}: keys has no key`, { fix: "make one with makeApiKey, or matinee key" });
  }
  if (keys.length > 0 && (access === "local" || access === "trusted")) {
    refuse(call, "access", access, "with keys, give keys or public");
  }
  const wrong = keys.find((key) => !isApiKey(key));
  if (wrong) refuse(call, "a key", wrong, "give what makeApiKey returns: { name, scope, hash }");
  checkOptions(`${call}: events`, events, ["learnFrom", "weights", "halfLifeDays"]);
  checkWeighting(`${call}: events`, events);
  checkScenarios(call, scenarios);
  for (const origin of origins) checkOrigin(call, origin, access);
  checkOptions(`${call}: limits`, limits, Object.keys(usualLimits));
  for (const [name, value] of Object.entries(limits))
    checkNumber(`${call}: limits`, name, value, { least: 1, whole: true });
  return {
    access,
    keys,
    hosts: access === "local" ? (hosts ?? []) : hosts,
    origins,
    limits: { ...usualLimits, ...limits },
    events,
    scenarios,
    ...present({ store, retraining }),
  };
}

/** Scenarios hold what requests may. @throws USAGE */
function checkScenarios(call: string, scenarios: ServerSettings["scenarios"]): void {
  const check = Compile(shapes.RecommendationRequest);
  for (const [name, scenario] of Object.entries(scenarios)) {
    const own = ["user", "ratings", "session", "next", "scenario"].find((key) => Object.hasOwn(Object(scenario), key));
    if (own) refuse(call, `${own} of the scenario ${name}`, scenario, "leave it to the request");
    if (check.Check(scenario)) continue;
    const [{ instancePath, message }] = check.Errors(scenario);
    refuse(call, `the scenario ${name}`, scenario, `${instancePath} ${message}`.trim());
  }
}

function checkOrigin(call: string, origin: string, access: AccessKind): void {
  if (origin === "*") {
    if (access === "keys" || access === "public") return;
    refuse(call, "origins", origin, `name the sites, because ${access} access asks for no key`);
  }
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
    refuse(call, "origins", origin, 'give origins as browsers send them: "https://films.example"');
  }
}

function refuse(call: string, option: string, value: unknown, fix: string): never {
  throw new MatineeError("USAGE", `${call}: ${option} is ${quoteArgument(value)}`, { fix });
}
