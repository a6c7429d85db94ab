/** What a browser does to show a place of the page for the first time: what it loads, when films are painted, and what moves. */
import type { Browser, BrowserContext, CDPSession } from "playwright-core";

/** A phone on a slow line. */
export const phone = { slowdown: 4, megabits: 1.6, latency: 150 } as const;

/** How slow the processor and the line are. */
export interface Throttle {
  /** How many times slower than it is. */
  readonly slowdown: number;
  /** A second, either way. */
  readonly megabits: number;
  /** Milliseconds until an answer begins. */
  readonly latency: number;
}

export interface LoadedFile {
  readonly path: string;
  readonly type: string;
  /** As it came over the line, packed. */
  readonly bytes: number;
  /** Milliseconds from when the page was asked for. */
  readonly from: number;
  readonly to: number;
}

export interface PageLoad {
  readonly files: readonly LoadedFile[];
  /** The largest text or poster in the window when all is there. */
  readonly largest: { readonly element: string; readonly isFilm: boolean };
  /** When the first posters had been painted. */
  readonly firstFilm: number;
  /** Processor time of the page's thread until then, at most, in milliseconds. */
  readonly processor: number;
  /** Cumulative layout shift. */
  readonly shift: number;
}

export async function throttle(devtools: CDPSession, { slowdown, megabits, latency }: Throttle): Promise<void> {
  const rate = (megabits * 1e6) / 8;
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency,
    downloadThroughput: rate,
    uploadThroughput: rate,
  });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
}

/**
 * Opens an address with nothing kept, and waits until its films are there and nothing is loaded any more.
 *
 * @param storage what the browser keeps of earlier visits, such as ratings
 */
export async function loadPage(
  browser: Browser,
  url: string,
  slow?: Throttle,
  storage?: Awaited<ReturnType<BrowserContext["storageState"]>>,
): Promise<PageLoad> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    ...(storage && { storageState: storage }),
  });
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    const files = await followFiles(devtools);
    if (slow) await throttle(devtools, slow);
    await page.addInitScript(watchPaints);
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    const before = await threadTime(devtools);
    await page.goto(url);
    await page.waitForFunction(() => "firstFilm" in (window as unknown as { watched: Watched }).watched);
    const processor = (await threadTime(devtools)) - before;
    await page.waitForLoadState("networkidle");
    return { files: files(), processor, ...(await page.evaluate(readPaints)) };
  } finally {
    await context.close();
  }
}

async function threadTime(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
}

async function followFiles(devtools: CDPSession): Promise<() => LoadedFile[]> {
  const open = new Map<string, { path: string; type: string; from: number }>();
  const done: LoadedFile[] = [];
  let start = 0;
  await devtools.send("Network.enable");
  devtools.on("Network.requestWillBeSent", ({ requestId, request, type, timestamp }) => {
    start ||= timestamp;
    const { pathname, search } = new URL(request.url);
    open.set(requestId, { path: pathname + search, type: type ?? "Other", from: 1000 * (timestamp - start) });
  });
  devtools.on("Network.loadingFinished", ({ requestId, timestamp, encodedDataLength }) => {
    const file = open.get(requestId);
    if (file) done.push({ ...file, to: 1000 * (timestamp - start), bytes: encodedDataLength });
  });
  return () => done.toSorted((a, b) => a.from - b.from);
}

// The functions below run in the page.

interface Watched {
  firstFilm?: number;
  shift: number;
}

function watchPaints() {
  const watched: Watched = { shift: 0 };
  Object.assign(window, { watched });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) watched.shift += (entry as unknown as { value: number }).value;
  }).observe({ type: "layout-shift", buffered: true });
  const look = new MutationObserver(() => {
    if (!document.querySelector("main .poster")) return;
    look.disconnect();
    // The frame that has it is painted before the next one begins.
    requestAnimationFrame(() =>
      requestAnimationFrame((now) => {
        watched.firstFilm = now;
      }),
    );
  });
  look.observe(document, { childList: true, subtree: true });
}

/** Browsers count images and text as largest paints, but no drawings, which posters are. */
function readPaints() {
  const { firstFilm = Number.NaN, shift } = (window as unknown as { watched: Watched }).watched;
  const sizeOf = (element: Element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return Math.max(0, Math.min(right, innerWidth) - left) * Math.max(0, Math.min(bottom, innerHeight) - top);
  };
  const [largest] = [...document.querySelectorAll(".poster, p, h1, h2, h3, h4, a, label")]
    .filter((element) => element.matches(".poster") || !element.querySelector(".poster"))
    .sort((a, b) => sizeOf(b) - sizeOf(a));
  const element = `${largest.tagName.toLowerCase()}.${largest.getAttribute("class")}`;
  return { largest: { element, isFilm: largest.matches(".poster") }, firstFilm, shift };
}
