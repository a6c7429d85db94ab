/** What a browser does to show a place of the page for the first time: what it loads, what it paints and when, and what moves. */
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";

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

export interface Painted {
  /** Milliseconds from when the page was asked for. */
  readonly at: number;
  /** The film that it belongs to: its title. */
  readonly film: string | undefined;
  /** The element, as its tag and class, and its first words. */
  readonly element: string;
}

export interface PageLoad {
  readonly files: readonly LoadedFile[];
  /** What the browser calls the largest contentful paint. */
  readonly largest: Painted | undefined;
  /** When the first poster was painted. */
  readonly firstFilm: number;
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
    await page.goto(url);
    await page.locator(films).first().waitFor();
    await page.waitForLoadState("networkidle");
    return { files: files(), ...(await page.evaluate(readPaints)) };
  } finally {
    await context.close();
  }
}

/** What shows a film: a poster that is none of the small ones beside a list. */
export const films = ".poster-tile, .poster-large";

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
  largest?: { at: number; element: Element | null };
  firstFilm?: number;
  shift: number;
}

function watchPaints() {
  const watched: Watched = { shift: 0 };
  Object.assign(window, { watched });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      watched.largest = { at: entry.startTime, element: (entry as LargestContentfulPaint).element };
    }
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) watched.shift += (entry as unknown as { value: number }).value;
  }).observe({ type: "layout-shift", buffered: true });
  const look = new MutationObserver(() => {
    if (!document.querySelector(".poster-tile, .poster-large")) return;
    look.disconnect();
    // The frame that has it is painted before the next one begins.
    requestAnimationFrame(() => requestAnimationFrame((now) => (watched.firstFilm = now)));
  });
  look.observe(document, { childList: true, subtree: true });
}

function readPaints() {
  const { largest, firstFilm = Number.NaN, shift } = (window as unknown as { watched: Watched }).watched;
  const element = largest?.element;
  return {
    largest: largest && {
      at: largest.at,
      film: element?.closest(".tile, [data-film]")?.querySelector("a, .tile-face > span")?.textContent ?? undefined,
      element: element
        ? `${element.tagName.toLowerCase()}.${element.getAttribute("class")} ${element.textContent?.slice(0, 40)}`
        : "gone",
    },
    firstFilm,
    shift,
  };
}
