import { useEffect, useState } from "preact/hooks";
import { drawChip, drawPoster, type PosterFilm } from "./poster/drawing.ts";
import { type PosterDrawing, posterHeight, posterWidth, type Text } from "./poster/layouts.ts";

interface PosterProps {
  readonly film: PosterFilm;
  /** A chip shows the drawing and a word; a tile the title; a large poster also year and genres. */
  readonly size?: "chip" | "tile" | "large";
  /** Whether others come first: this one is drawn when they are on the screen. */
  readonly later?: boolean;
}

/** A decoration: everything it shows is also in the text beside it. */
export function Poster({ film, size = "chip", later = false }: PosterProps) {
  const [waiting, setWaiting] = useState(later);
  useEffect(() => setWaiting(false), []);
  if (waiting) return <svg class={`poster poster-${size}`} aria-hidden="true" />;
  const drawing = size === "chip" ? drawChip(film) : drawPoster(film, size === "large");
  const { colours, ground, parts, texts } = drawing;
  return (
    <svg class={`poster poster-${size}`} viewBox={`0 0 ${posterWidth} ${posterHeight}`} aria-hidden="true">
      <rect width={posterWidth} height={posterHeight} fill={colours[ground]} />
      {parts.map((part, n) => (
        <svg key={n} aria-hidden="true" x={part.x} y={part.y} width={part.width} height={part.height}>
          {part.shapes.map((shape, m) => (
            <path key={m} d={shape.path} fill={colours[shape.tone]} transform={shape.transform} />
          ))}
        </svg>
      ))}
      {texts.map((text, n) => (
        <Letters key={n} text={text} colours={colours} />
      ))}
    </svg>
  );
}

/** Letters are as wide as was reckoned, also while another font stands in. */
function Letters({ text, colours }: { text: Text; colours: PosterDrawing["colours"] }) {
  const { x, y } = text;
  return (
    <text
      x={x}
      y={y}
      fill={colours[text.tone]}
      font-size={text.size}
      font-stretch={`${75 + 25 * text.stretch}%`}
      text-anchor="middle"
      textLength={text.width}
      lengthAdjust="spacingAndGlyphs"
      transform={text.upright ? `rotate(-90 ${x} ${y})` : undefined}
    >
      {text.text}
    </text>
  );
}
