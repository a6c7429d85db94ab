/** The style sheet of a report: light, dark and for print. */
import { colours } from "./colours.ts";

const variables = Object.entries(colours)
  .map(([name, [light, dark]]) => `  --${name}: light-dark(${light}, ${dark});`)
  .join("\n");

export const style = `
:root {
  color-scheme: light dark;
${variables}
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", "URW Palladio L", Georgia, serif;
  --sans: system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
}
*, ::before, ::after { box-sizing: border-box; }
html {
  font: 1rem / 1.5 var(--sans);
  color: var(--ink);
  background: var(--page);
  text-size-adjust: 100%;
}
body { width: min(100%, 70rem); margin: 0 auto; padding: clamp(1rem, 4vw, 3rem) clamp(0.75rem, 3vw, 2rem) 4rem; }
h1, h2, h3, h4, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
h1 { font: 600 clamp(1.75rem, 5vw, 2.75rem) / 1.1 var(--serif); letter-spacing: -0.015em; text-wrap: balance; overflow-wrap: anywhere; }
h2 { font: 600 1.75rem / 1.2 var(--serif); letter-spacing: -0.005em; }
h3 { font: 600 1.25rem / 1.3 var(--serif); }
h4 { font-size: 0.875rem; overflow-wrap: anywhere; }
ul { list-style-type: ""; }
a { color: var(--accent); text-underline-offset: 0.2em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
header > p { margin-top: 0.75rem; color: var(--muted); font-size: 1.0625rem; }
nav { margin-top: 1.25rem; font-size: 0.9375rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
section { margin-top: 3rem; }
.facts { display: flex; flex-wrap: wrap; gap: 0.75rem 2.5rem; margin-top: 1rem; }
.facts dt { color: var(--muted); font-size: 0.875rem; }
.facts dd { font: 600 1.375rem / 1.3 var(--serif); font-variant-numeric: lining-nums tabular-nums; overflow-wrap: anywhere; }
figure, article {
  margin-top: 1.25rem;
  padding: clamp(1rem, 2.5vw, 1.75rem);
  border: 1px solid var(--line);
  border-radius: 0.75rem;
  background: var(--surface);
}
figcaption p, article > p { max-width: 46rem; margin-top: 0.375rem; color: var(--muted); font-size: 0.9375rem; text-wrap: pretty; }
.prose { max-width: 46rem; text-wrap: pretty; }
.prose p { margin-top: 0.75rem; }
article > .prose { margin-top: 0.375rem; }
.formula { margin-inline-start: 1.5rem; font: italic 1.0625rem / 1.5 var(--serif); overflow-wrap: anywhere; white-space: pre-wrap; }
.note { max-width: 46rem; margin-top: 1.25rem; color: var(--muted); font-size: 0.875rem; }
.key { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin-top: 1rem; font-size: 0.875rem; }
.key li { display: flex; flex-wrap: wrap; align-items: center; gap: 0.375rem; overflow-wrap: anywhere; }
.panels { display: grid; gap: 1.5rem 1.25rem; margin-top: 1.25rem; grid-template-columns: minmax(0, 1fr); }
.panels h4 { margin-bottom: 0.375rem; }
.panels.of-2 { grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); }
.panels.of-3 { grid-template-columns: repeat(auto-fill, minmax(min(100%, 18.5rem), 1fr)); }
.plot { display: block; max-width: 100%; height: auto; overflow: visible; }
.plot text { white-space: pre; }
.scroll { overflow-x: auto; scrollbar-width: thin; }
.scroll > .plot { max-width: none; margin-inline: auto; }
details { margin-top: 1.25rem; }
h3 + details { margin-top: 0.5rem; }
summary { width: fit-content; color: var(--accent); font-size: 0.9375rem; cursor: pointer; }
details .scroll { max-height: 26rem; margin-top: 0.75rem; overflow: auto; }
article > .scroll { margin-top: 1rem; }
table { border-collapse: collapse; font-size: 0.875rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.75rem; border-bottom: 1px solid var(--line); text-align: start; vertical-align: baseline; }
th:first-child, td:first-child { padding-inline-start: 0; }
thead th { color: var(--muted); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 400; }
.number { text-align: end; }
td.number { white-space: nowrap; }
.scroll th:first-child { position: sticky; inset-inline-start: 0; z-index: 1; background: var(--surface); }
details thead th { position: sticky; top: 0; background: var(--surface); }
.scroll thead th { z-index: 2; }
.scroll thead th:first-child { z-index: 3; }
tbody th { min-width: 7rem; overflow-wrap: break-word; }
details thead .number { min-width: 6.5rem; }
td:not(.number) bdi { display: block; width: max-content; max-width: min(32rem, 55vw); overflow-wrap: anywhere; }
small { display: block; color: var(--muted); font-size: 0.75rem; font-weight: 400; }
.grid { width: 100%; }
.grid tbody th { font-weight: 600; }
.grid .best { color: var(--best); font-weight: 700; }
.grid .level { color: var(--level); font-weight: 600; }
.grid abbr { margin-inline-end: 0.3em; text-decoration: none; cursor: help; }
.reasons { margin-top: 1rem; padding-inline-start: 1.5rem; color: var(--muted); font-size: 0.875rem; overflow-wrap: anywhere; }
.download { margin-top: 0.75rem; font-size: 0.875rem; }
sup { line-height: 0; font-size: 0.8em; }
@page { margin: 15mm; }
@media print {
  :root { color-scheme: light; --page: #fff; --surface: #fff; }
  html { font-size: 10pt; print-color-adjust: exact; }
  body { width: 100%; padding: 0; }
  nav, details, .download, article:has(> h3 + details) { display: none; }
  .grid { font-size: 7.5pt; }
  figure, article { padding: 0; border: 0; }
  section { margin-top: 2rem; }
  figure, tr { break-inside: avoid; }
  h2, h3, figcaption { break-after: avoid; }
  .scroll { overflow: visible; }
  .scroll > .plot { max-width: 100%; }
}
`;
