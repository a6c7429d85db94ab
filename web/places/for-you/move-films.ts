import { flushSync } from "preact/compat";

/**
 * Changes the page, and lets films in sight glide to where they stand then, where the browser can and the user does not mind motion. Films are
 * elements with `data-film`. The focus stays where it was, even if its film moves.
 *
 * @param change sets the state that the page is drawn from
 */
export function moveFilms(change: () => void): void {
  const update = () => {
    const focused = document.activeElement;
    flushSync(change);
    if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) {
      focused.focus({ preventScroll: true });
    }
  };
  if (!("startViewTransition" in document) || matchMedia("(prefers-reduced-motion: reduce)").matches) {
    // After the effects that ask for it, within which nothing can be drawn at once.
    queueMicrotask(update);
    return;
  }
  const named = nameFilms([]);
  const transition = document.startViewTransition({
    update: () => {
      update();
      nameFilms(named);
    },
    types: ["films"],
  });
  // A newer change ends the motion of this one; what it changed stays.
  transition.ready.catch(() => {});
  transition.finished.finally(() => {
    for (const element of named) element.style.viewTransitionName = "";
  });
}

/** Names the films in sight, each by its id, and adds their elements to those that have a name. */
function nameFilms(named: HTMLElement[]): HTMLElement[] {
  for (const element of named) element.style.viewTransitionName = "";
  for (const element of document.querySelectorAll<HTMLElement>("[data-film]")) {
    const { top, bottom, left, right } = element.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight || right < 0 || left > innerWidth) continue;
    element.style.viewTransitionName = `film-${CSS.escape(element.dataset.film ?? "")}`;
    named.push(element);
  }
  return named;
}
