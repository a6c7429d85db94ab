import { flushSync } from "preact/compat";

const duration = 280;

/**
 * Changes the page, and lets films in sight glide to where they stand then, unless the user minds motion. Films are elements with `data-film`.
 * Unlike in a view transition, which shows pictures of the films, each of them can be hit all the while. The focus stays where it was, even if its
 * film moves.
 *
 * @param change sets the state that the page is drawn from
 */
export function moveFilms(change: () => void): void {
  // After the effects that ask for it, within which nothing can be drawn at once.
  queueMicrotask(() => {
    const before = placesOfFilms();
    const focused = document.activeElement;
    flushSync(change);
    if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) {
      focused.focus({ preventScroll: true });
    }
    if (before.size === 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const [id, { element, place }] of placesOfFilms()) glide(element, before.get(id)?.place, place);
  });
}

interface Placed {
  readonly element: HTMLElement;
  readonly place: DOMRect;
}

function placesOfFilms(): ReadonlyMap<string, Placed> {
  const films = Array.from(document.querySelectorAll<HTMLElement>("[data-film]"), (element): [string, Placed] => {
    return [element.dataset.film ?? "", { element, place: element.getBoundingClientRect() }];
  });
  return new Map(films);
}

/** Moves a film from where it was, or lets it appear. */
function glide(element: HTMLElement, from: DOMRect | undefined, to: DOMRect): void {
  if (!isInSight(to) && !(from && isInSight(from))) return;
  // No wider than the window on its way, which would flash a scrollbar.
  const mostRight = Math.max(0, document.documentElement.clientWidth - to.right);
  const [x, y] = from ? [Math.min(from.left - to.left, mostRight), from.top - to.top] : [0, 12];
  if (from && x === 0 && y === 0) return;
  const start = { transform: `translate(${x}px, ${y}px)`, ...(!from && { opacity: 0 }) };
  element.animate([start, {}], { duration, easing: "cubic-bezier(0.2, 0, 0, 1)" });
}

function isInSight({ top, bottom, left, right }: DOMRect): boolean {
  return bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
}
