import type { ComponentChildren } from "preact";
import type { ModelInfo } from "../../src/client.ts";
import { addressOf } from "../address.ts";
import { PlaceLink, useRouter } from "../router.tsx";

/** Each with a drawing 24 by 24, for the bar at the bottom. */
const places = [
  { name: "for-you", label: "For you", icon: "M4 5h16v14H4zM8 5v14M16 5v14M4 9.5h4M4 14.5h4M16 9.5h4M16 14.5h4" },
  { name: "rate", label: "Rate", icon: "M12 3.5l2.6 5.6 6.1.7-4.5 4.2 1.2 6-5.4-3-5.4 3 1.2-6-4.5-4.2 6.1-.7z" },
  { name: "you", label: "You", icon: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20.5c.8-4 4-6 8-6s7.2 2 8 6" },
  {
    name: "lab",
    label: "Lab",
    icon: "M9.5 3.5h5M10.5 3.5v6L5 19a1.2 1.2 0 0 0 1 1.5h12a1.2 1.2 0 0 0 1-1.5l-5.5-9.5v-6M8 14.5h8",
  },
] as const;

/**
 * The header with the ways to the places, which narrow windows have at the bottom, and what is at the current one. The page has a base
 * address, so that a link within the place names the place as well.
 */
export function Frame({ model, children }: { model: ModelInfo | undefined; children: ComponentChildren }) {
  const { place } = useRouter();
  return (
    <>
      <a class="skip-link" href={`${location.pathname}${location.search}#main`}>
        Skip to the films
      </a>
      <header class="header">
        <div class="header-inner">
          <h1 class="wordmark">Matinee</h1>
          <nav class="places" aria-label="Places">
            {places.map(({ name, label, icon }) => (
              <PlaceLink key={name} to={addressOf({ name })} current={place?.name === name}>
                <svg class="place-icon" viewBox="0 0 24 24" aria-hidden="true">
                  <path d={icon} />
                </svg>
                {label}
              </PlaceLink>
            ))}
          </nav>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <footer class="footer">{model && dataLine(model)}</footer>
    </>
  );
}

const number = new Intl.NumberFormat("en");

function dataLine({ data }: ModelInfo): string {
  const films = `${number.format(data.items)} films`;
  return `${films}, ${number.format(data.ratings)} ratings by ${number.format(data.users)} people`;
}
