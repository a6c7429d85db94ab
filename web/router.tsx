/** Where in the page the user is, kept in the browser's history. */
import { type ComponentChildren, createContext } from "preact";
import { flushSync } from "preact/compat";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { type Place, placeAt } from "./address.ts";

interface Router {
  /** Undefined where the address names no place. */
  readonly place: Place | undefined;
  /** @param address relative to the page's folder @param replace whether the last address is not one to go back to */
  readonly go: (address: string, replace?: boolean) => void;
}

const RouterContext = createContext<Router | undefined>(undefined);

export function useRouter(): Router {
  const router = useContext(RouterContext);
  if (!router) throw new Error("this part of the page needs a RouterProvider around it");
  return router;
}

export function RouterProvider({ children }: { children: ComponentChildren }) {
  const [address, setAddress] = useState(() => location.href);

  useEffect(() => {
    const follow = () => setAddress(location.href);
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);

  const router = useMemo<Router>(() => {
    const { pathname, search } = new URL(address);
    const place = placeAt(pathname.slice(new URL(document.baseURI).pathname.length), search);
    return {
      place,
      go(to, replace = false) {
        const url = new URL(to, document.baseURI).href;
        const moved = new URL(url).pathname !== location.pathname;
        if (replace) history.replaceState(null, "", url);
        else history.pushState(null, "", url);
        // The address of then: who goes back at once is there before the transition begins.
        const show = () => setAddress(location.href);
        if (!moved) return show();
        const arrive = () => {
          flushSync(show);
          scrollTo(0, 0);
          document.getElementById("main")?.focus({ preventScroll: true });
        };
        if ("startViewTransition" in document) document.startViewTransition(arrive);
        else arrive();
      },
    };
  }, [address]);

  return <RouterContext.Provider value={router}>{children}</RouterContext.Provider>;
}

interface PlaceLinkProps {
  /** As `addressOf` makes it. */
  readonly to: string;
  readonly class?: string;
  readonly current?: boolean;
  /** That another link beside it leads to the same place: neither the keyboard nor speech needs this one. */
  readonly aside?: boolean;
  readonly tabIndex?: number;
  readonly children: ComponentChildren;
}

/** A link within the page; with a modifier key, or from its menu, the browser opens it as any other. */
export function PlaceLink({ to, current, aside, children, ...rest }: PlaceLinkProps) {
  const { go } = useRouter();
  return (
    <a
      {...rest}
      href={to}
      aria-current={current ? "page" : undefined}
      {...(aside && { tabIndex: -1, "aria-hidden": true })}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
