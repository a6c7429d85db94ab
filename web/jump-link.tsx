import { useEffect, useState } from "preact/hooks";

/** In narrow windows, a link from the films to rate down to the recommendations; hidden once they are in view. */
export function JumpLink() {
  const [needed, setNeeded] = useState(false);

  useEffect(() => {
    const target = document.getElementById("for-you");
    if (!target) return;
    const observer = new IntersectionObserver(([entry]) =>
      setNeeded(!entry.isIntersecting && entry.boundingClientRect.top > 0),
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, []);

  if (!needed) return null;
  return (
    <a class="jump" href="#for-you">
      See your films
    </a>
  );
}
