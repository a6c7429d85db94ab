import type { Film } from "../../src/client.ts";
import { drawPoster, posterHeight, posterWidth } from "./motifs.ts";

interface PosterProps {
  readonly film: Pick<Film, "id" | "genres">;
  readonly size?: "chip" | "tile" | "large";
}

/** A decoration: everything it shows is also in the text beside it. */
export function Poster({ film, size = "tile" }: PosterProps) {
  const { ground, mirrored, hue, chroma, shapes } = drawPoster(film);
  return (
    <svg
      class={`poster poster-${size} poster-${ground}`}
      viewBox={`0 0 ${posterWidth} ${posterHeight}`}
      style={{ "--hue": String(hue), "--chroma": String(chroma) }}
      aria-hidden="true"
    >
      <g transform={mirrored ? `matrix(-1 0 0 1 ${posterWidth} 0)` : undefined}>
        {shapes.map((shape) => (
          <path key={shape.path} class={`poster-${shape.tone}`} d={shape.path} />
        ))}
      </g>
    </svg>
  );
}
