/**
 * Keeps a site in the browser, so that it opens without a network. `matinee export site` writes what the site is before this script, so that
 * another site is another script; the browser then fetches the other site's files, and turns to them once no page of the old one is open.
 */

/** What the site is, as the export says it. */
interface Site {
  /** Another one of other files. */
  readonly version: string;
  /** Paths of the files, from the site's folder. */
  readonly files: readonly string[];
  readonly model: string;
  /** Addresses that index.html answers, such as `film/:film`. */
  readonly places: readonly string[];
}

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
declare const self: {
  readonly matineeSite: Site;
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", listener: (event: Lasting) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
};

const { version, files, model, places } = self.matineeSite;
const { scope } = self.registration;
const folder = new URL(scope).pathname;
/** Caches belong to all sites of an origin. */
const own = `matinee ${folder} `;
const filesCache = own + version;
const modelCache = `${own}model`;
const placePatterns = places.map((place) => new RegExp(`^${place.replace(/:\w+/g, "[^/]+")}/?$`));

self.addEventListener("install", (event) => event.waitUntil(fetchAll()));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { href } = new URL(request.url);
  if (request.method !== "GET" || !href.startsWith(scope)) return;
  const [path] = href.slice(scope.length).split(/[?#]/, 1);
  const isPlace = request.mode === "navigate" && placePatterns.some((place) => place.test(path));
  if (isPlace) event.respondWith(page(request));
  else if (path === model || files.includes(path)) event.respondWith(kept(request));
});

async function fetchAll(): Promise<void> {
  const cache = await caches.open(filesCache);
  await cache.addAll(files.map((path) => new Request(new URL(path, scope), { cache: "no-cache" })));
  const models = await caches.open(modelCache);
  const url = new URL(model, scope);
  // The page has put it there, unless it has an older one.
  if (!(await models.match(url, { ignoreVary: true }))) await models.add(url);
}

async function dropOthers(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(own) && name !== filesCache && name !== modelCache) await caches.delete(name);
  }
  const models = await caches.open(modelCache);
  const { href } = new URL(model, scope);
  for (const request of await models.keys()) if (request.url !== href) await models.delete(request);
}

async function kept(request: Request): Promise<Response> {
  const name = request.url === new URL(model, scope).href ? modelCache : filesCache;
  const cache = await caches.open(name);
  return (await cache.match(request, { ignoreVary: true, ignoreSearch: true })) ?? fetch(request);
}

/** index.html, whose addresses are relative to the site's folder, at whatever depth it is shown. */
async function page(request: Request): Promise<Response> {
  const cache = await caches.open(filesCache);
  const found = await cache.match(new URL("index.html", scope), { ignoreVary: true });
  if (!found) return fetch(request);
  const html = (await found.text()).replace(/<base href="[^"]*"/, `<base href="${folder}"`);
  return new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } });
}
