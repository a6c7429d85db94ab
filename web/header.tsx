import type { ModelInfo } from "../src/client.ts";

const number = new Intl.NumberFormat("en");

export function Header({ model }: { model: ModelInfo | undefined }) {
  return (
    <header class="header">
      <div class="header-inner">
        <h1 class="wordmark">Matinee</h1>
        <p class="header-line">Rate a few films you have seen. Get films you haven’t, each with a reason.</p>
        <p class="header-data">{model && dataLine(model)}</p>
      </div>
    </header>
  );
}

function dataLine({ name, predictor, data }: ModelInfo): string {
  const films = `${number.format(data.items)} films`;
  const ratings = `${number.format(data.ratings)} ratings by ${number.format(data.users)} people`;
  return `${films}, ${ratings} · model ${name}${predictor === undefined ? "" : `, stars by ${predictor}`}`;
}
