import { useEffect, useState } from "preact/hooks";
import type { Download } from "./site-model.ts";

/** Shown while the model comes to the device, which it does once. */
export function DownloadNote({ download }: { download: Download }) {
  const { bytes } = download;
  const [loaded, setLoaded] = useState(0);
  useEffect(() => download.subscribe(setLoaded), [download]);
  if (loaded === 0) return null;
  return (
    <div class="nothing-yet download">
      <p>
        Bringing the films to your device. From then on they open without a network, and your ratings never leave it.
      </p>
      <progress max={bytes} value={Math.min(loaded, bytes)} aria-label="Films that have arrived" />
      <p>{`${megabytes(loaded)} of ${megabytes(bytes)} MB`}</p>
    </div>
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
