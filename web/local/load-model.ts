/** Brings the model to the device, once. */
import { decodeArtifact, type Trained } from "../../src/core.ts";
import { MatineeError } from "../../src/errors.ts";

/** @param tell is told how many bytes have come */
export async function loadModel(url: string, tell: (loaded: number) => void): Promise<Trained> {
  if (!globalThis.isSecureContext) {
    throw new MatineeError(
      "CAPABILITY_MISSING",
      "this address is not secure, so the browser does not let the page work",
      {
        fix: "open it by https, or on your own machine as localhost",
      },
    );
  }
  const store = await caches.open(modelCache(url)).catch(() => undefined); // some private windows have none
  const kept = await store?.match(url, { ignoreVary: true });
  const packed = kept ? await kept.blob() : await download(url, tell);
  if (!kept) await store?.put(url, new Response(packed)).catch(() => undefined); // no room is left
  const unpacked = packed.stream().pipeThrough(new DecompressionStream("gzip"));
  return await decodeArtifact(new Uint8Array(await new Response(unpacked).arrayBuffer()), "the model");
}

/** The name of the cache of a site's model; the service worker knows it too. */
function modelCache(url: string): string {
  return `matinee ${new URL(".", url).pathname} model`;
}

async function download(url: string, tell: (loaded: number) => void): Promise<Blob> {
  try {
    const response = await fetch(url);
    if (!response.ok || !response.body) throw new Error(`the answer was ${response.status}`);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let loaded = 0;
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) return new Blob(chunks);
      chunks.push(value);
      loaded += value.length;
      tell(loaded);
    }
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new MatineeError("DOWNLOAD_FAILED", `the films did not arrive: ${problem}`, {
      fix: "see whether you are online, then try again",
      cause,
    });
  }
}
