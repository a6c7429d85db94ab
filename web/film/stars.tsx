const cell = 48;
const height = 40;

/** One star in a cell 48 wide and 40 high, the hit area of two half-star ratings of 24 each. */
const star = "l4.1 9 9.8 1.1-7.3 6.6 2.1 9.7-8.7-5-8.7 5 2.1-9.7-7.3-6.6 9.8-1.1z";

/** A row of stars of which `filled` (a fraction allowed) are full; a drawing only, with text beside it. */
export function Stars({ count, filled }: { count: number; filled: number }) {
  const path = Array.from({ length: count }, (_, n) => `M${cell * (n + 0.5)} 6${star}`).join("");
  return (
    <svg class="stars" viewBox={`0 0 ${cell * count} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="star-empty" d={path} />
      <svg width={cell * filled} height={height} aria-hidden="true">
        <path class="star-full" d={path} />
      </svg>
    </svg>
  );
}
