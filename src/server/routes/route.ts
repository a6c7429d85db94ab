/** What groups of routes are made of. Nothing here needs Node, and so a page that has no server can answer by them. */
import type { Id } from "../../data/ids.ts";
import { MatineeError } from "../../errors.ts";
import type { Json } from "../../models/model.ts";
import { present } from "../../present.ts";
import type { Store, StoreWriter } from "../../store/store.ts";
import { type CatalogNow, noFilms, type StoreCatalog } from "../catalog.ts";
import type { LaterFilms } from "../later-films.ts";
import type { HeldModel, Models } from "../models/models.ts";
import type { Shadows } from "../models/shadow.ts";
import type { Operation, RequestOf, ResponseOf } from "../operation.ts";
import type { ServerSettings } from "../options.ts";
import type { Profiles } from "../profiles.ts";
import type { KeyScope } from "../scopes.ts";
import type { GiveWay, TakeTurn } from "../turns.ts";

/** What every group of routes works with. */
export interface RouteContext {
  readonly models: Models;
  readonly shadows: Shadows;
  readonly store?: Store;
  readonly profiles: Profiles;
  readonly catalog: StoreCatalog;
  readonly laterFilms: LaterFilms;
  readonly scenarios: ServerSettings["scenarios"];
  readonly limits: ServerSettings["limits"];
  /** Turns of work that takes a few milliseconds, and of work that may take longer. */
  readonly turns: { readonly short: TakeTurn; readonly long: TakeTurn };
  readonly giveWay: GiveWay;
}

/** Who waits for an answer. */
export interface Asker {
  /** Aborted once nobody waits any more. */
  readonly signal: AbortSignal;
  readonly scope: KeyScope;
  /**
   * The user that an id of a request means: of `me`, the visitor who asks.
   * @param make whether a visitor who is not known yet becomes one
   * @throws CAPABILITY_MISSING where the server has no visitors
   */
  userOf(id: Id, make?: boolean): Promise<string>;
  /** Changes the store, once for each `Idempotency-Key`. @throws CAPABILITY_MISSING where there is no store; what it throws */
  write<T extends Json>(work: (writer: StoreWriter) => Promise<T>): Promise<T>;
  /** Says something more of the answer. */
  header(name: string, value: string): void;
  /** Calls a function once the answer has gone. */
  afterwards(work: () => void): void;
}

/** Who waits for an answer, and the model that it is made by, which stays the same until the answer's work has ended. */
export interface Caller extends Asker, Omit<HeldModel, typeof Symbol.dispose> {
  /** The store's catalog. It is rejected with what the store throws. */
  readonly catalog: Promise<CatalogNow>;
}

/** How an operation is answered. `request` is what its schemas allow, and the answer's type must be that of the response. */
export type AnswerOf<O extends Operation, Who extends Asker> = (
  request: RequestOf<O>,
  who: Who,
) => ResponseOf<O> | Promise<ResponseOf<O>>;

/** What routes are added to: a server, or a page that answers itself. */
export interface App {
  /** Adds the route of an operation that is answered whether there is a model or not. */
  add<O extends Operation>(operation: O, answer: AnswerOf<O, Asker>): void;
}

/** How visitors are named in addresses. */
export const oneself = "me";

/** A user of whom nothing is kept. */
export const nobody = "visitor:nobody";

/** The store of the server. @throws CAPABILITY_MISSING where it has none */
export function storeOf({ store }: RouteContext): Store {
  if (store) return store;
  throw new MatineeError("CAPABILITY_MISSING", "the server keeps nothing of users and items", {
    fix: "start it with --store",
  });
}

/** Adds the route of an operation that a model answers. Of a user in an A/B test it is always the same model. */
export function addRoute<O extends Operation>(
  app: App,
  context: RouteContext,
  operation: O,
  answer: AnswerOf<O, Caller>,
): void {
  const { models, shadows, laterFilms } = context;
  app.add(operation, async (request, asker) => {
    const catalog = context.catalog.read();
    const now = await catalog.catch(() => noFilms);
    const answerBy = ({ group, ...held }: HeldModel, signal: AbortSignal) => {
      const { name, opened, users } = laterFilms.addTo(held, now);
      return answer(request, { ...asker, signal, catalog, name, opened, group, ...present({ users }) });
    };
    using held = models.hold(present({ user: await userIn(request, asker) }));
    const made = await answerBy(held, asker.signal);
    if (operation.shadowed) shadows.compare(asker, made, async (held, signal) => await answerBy(held, signal));
    return made;
  });
}

/** The user whom a request is about; undefined of nobody, and of a visitor who is not known yet. */
async function userIn({ params, body }: RequestOf<Operation>, asker: Asker): Promise<string | undefined> {
  const id: Id | undefined = Object(params).user ?? Object(body).user;
  const user = id === undefined ? nobody : await asker.userOf(id);
  return user === nobody ? undefined : user;
}
