/** A document in Node, for drawing. Loads jsdom when called, which takes most of a second. */
export async function blankDocument(): Promise<Document> {
  const { JSDOM } = await import("jsdom");
  return new JSDOM("").window.document;
}
