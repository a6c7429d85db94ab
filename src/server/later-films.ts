/** Films of the store's catalog that came after the training of the model that answers. */
import { setImmediate } from "node:timers/promises";
import { present } from "../present.ts";
import { withLaterFilms } from "../recommend/later-films.ts";
import type { NewFilm } from "../recommend/new-films.ts";
import { ratingsById } from "../recommend/user-ratings.ts";
import type { StoredItem } from "../store/store.ts";
import { type CatalogNow, noFilms } from "./catalog.ts";
import type { ServedModel } from "./models/models.ts";
import { stepUntil } from "./turns.ts";

/** Models with films that came after their training. */
export interface LaterFilms {
  /**
   * The model with the films that the catalog has and the model has not. They are placed beside the requests, which takes some tenths of a second
   * after each change of theirs; until then it is the model as it was before.
   */
  addTo(served: ServedModel, catalog: CatalogNow): ServedModel;
}

/** A model with later films, for one state of the catalog. */
interface Placed {
  /** Of the latest catalog that was looked at. */
  catalog: CatalogNow;
  /** The films that `served` has beside its model's, as JSON. */
  films: string;
  served: ServedModel;
  placing: boolean;
}

/** @param report is given why later films could not be placed: the model goes on without them */
export function laterFilms(report: (error: unknown) => void): LaterFilms {
  const placed = new WeakMap<ServedModel["opened"], Placed>();

  async function place(known: Placed, served: ServedModel): Promise<void> {
    const step = stepUntil(new AbortController().signal, setImmediate);
    known.placing = true;
    try {
      const { info } = served.opened;
      const films: NewFilm[] = [];
      for (const item of known.catalog.films) {
        if (info.items.index(item.id) < 0) films.push(newFilm(item));
      }
      await step(0, 1);
      const text = JSON.stringify(films);
      if (text === known.films) return;
      const opened = await withLaterFilms(served.opened, films, step);
      const { users } = served;
      const source = users && { ...users, feedback: info.feedback };
      const placedUsers = opened === served.opened ? users : source && ratingsById(opened.info, source);
      known.served = { name: served.name, opened, ...present({ users: placedUsers }) };
      known.films = text;
    } catch (error) {
      report(error);
    } finally {
      known.placing = false;
    }
  }

  return {
    addTo(served, catalog) {
      let known = placed.get(served.opened);
      if (!known) {
        if (catalog.films.length === 0) return served;
        known = { catalog: noFilms, films: "[]", served, placing: false };
        placed.set(served.opened, known);
      }
      if (known.catalog !== catalog && !known.placing) {
        known.catalog = catalog;
        void place(known, served);
      }
      return known.served;
    },
  };
}

function newFilm({ id, title, year, genres, tags }: StoredItem): NewFilm {
  return { id, genres, tags, ...present({ title: title || undefined, year: year || undefined }) };
}
