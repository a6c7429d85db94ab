import type { Id } from "../../data/ids.ts";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { StoredEvent } from "../../store/store.ts";
import { noFilms } from "../catalog.ts";
import { operations } from "../operations.ts";
import { readRecommendationId } from "../recommendation-id.ts";
import { includesScope } from "../scopes.ts";
import { checkTimesSent } from "../times-sent.ts";
import { type App, oneself, type RouteContext } from "./route.ts";

/** The route that takes events. */
export function eventRoutes(app: App, context: RouteContext): void {
  app.add(operations.addEvents, async ({ body }, asker) => {
    const known = await knownFilms(context);
    const now = Date.now() / 1000;
    const checkTime = checkTimesSent();
    const unknown = new Set<Id>();
    const events: StoredEvent[] = [];
    for (const [n, event] of body.events.entries()) {
      const { type, user, item, value = 1, time = now, recommendationId, position } = event;
      if (user !== oneself && !includesScope(asker.scope, "write")) {
        throw new MatineeError("SCOPE_MISSING", `event ${n + 1} is of another user than ${oneself}`);
      }
      if (event.time !== undefined) checkTime(event.time, `event ${n + 1}`);
      if (!known(item)) unknown.add(item);
      const list = recommendationId === undefined ? undefined : readRecommendationId(recommendationId);
      events.push({
        ...{ type, user: await asker.userOf(user, true), item: String(item), value, time },
        ...present({ recommendation: recommendationId, position, ...list }),
      });
    }
    return asker.write(async (writer) => {
      await writer.addEvents(events);
      return { added: events.length, unknown: [...unknown] };
    });
  });
}

/** Which films the catalog or the model that answers knows: where there is neither, all. */
async function knownFilms({ models, catalog }: RouteContext): Promise<(id: Id) => boolean> {
  const now = await catalog.read().catch(() => noFilms);
  if (models.status().model === undefined) return (id) => now.films.length === 0 || now.has(id);
  using held = models.hold();
  const { items } = held.opened.info;
  return (id) => items.index(id) >= 0 || now.has(id);
}
