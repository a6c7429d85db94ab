import { encodeArtifact } from "../../src/artifact/format.ts";
import type { Trained } from "../../src/models/trained.ts";

/** A saved model as one array of bytes. */
export async function artifactBytes(trained: Trained): Promise<Uint8Array> {
  const { header, chunks } = await encodeArtifact(trained);
  return new Uint8Array(Buffer.concat([header, ...chunks]));
}
