import type { ComponentChildren } from "preact";
import type { ModelInfo } from "../../src/client.ts";
import { addressOf } from "../address.ts";
import { PlaceLink, useRouter } from "../router.tsx";

const places = [
  { name: "for-you", label: "For you" },
  { name: "rate", label: "Rate" },
  { name: "you", label: "You" },
  { name: "lab", label: "Lab" },
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
            {places.map(({ name, label }) => (
              <PlaceLink key={name} to={addressOf({ name })} current={place?.name === name}>
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
