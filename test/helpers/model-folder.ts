/** A folder of models, a store, and servers on them. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance, InjectOptions } from "fastify";
import { writeArtifact } from "../../src/artifact/file.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { type AppOptions, createApp } from "../../src/server/app.ts";
import { type FolderModels, type ModelsOptions, openModels } from "../../src/server/models/open-models.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { temporaryFolder } from "./command.ts";
import { filmDataset } from "./films.ts";

export interface ModelServer extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly models: FolderModels;
}

/** A store and a folder with models of these names, each an algorithm with its settings. */
export async function modelFolderWith(
  models: Readonly<Record<string, readonly [algorithm: string, set?: Record<string, string | number>]>>,
  data: Dataset = filmDataset(),
) {
  const folder = join(temporaryFolder(), "models");
  mkdirSync(folder);
  for (const [name, [algorithm, set]] of Object.entries(models)) {
    await writeArtifact(join(folder, `${name}.matinee`), await fit(data, configure(algorithm, set)));
  }
  const store = await openStore(join(folder, "..", "store.sqlite"));
  return {
    folder,
    store,
    file: (name: string) => join(folder, `${name}.matinee`),
    serve: (options: Partial<ModelsOptions> = {}, app: AppOptions = {}) => serveModels(folder, store, options, app),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/** A server on a folder and a store, without a socket. */
export async function serveModels(
  folder: string,
  store: Store,
  options: Partial<ModelsOptions> = {},
  appOptions: AppOptions = {},
): Promise<ModelServer> {
  const models = await openModels({ folder, store, ...options });
  const app = await createApp(models, { store, ...appOptions });
  return {
    app,
    models,
    async [Symbol.asyncDispose]() {
      await app.close();
      await models[Symbol.asyncDispose]();
    },
  };
}

/** Asks for "METHOD /path", below /api/v1 unless it is one of the server's own. */
export async function ask({ app }: { app: FastifyInstance }, request: string, more: InjectOptions = {}) {
  const [method, path] = request.split(" ") as ["GET", string];
  const url = /^\/(healthz|readyz)/.test(path) ? path : `/api/v1${path}`;
  const response = await app.inject({ method, url, ...more });
  return { status: response.statusCode, body: response.json(), headers: response.headers };
}
