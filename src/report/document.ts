/** A document in Node, to draw in. jsdom takes most of a second to load, so it is loaded where a report is asked for. */
export async function blankDocument(): Promise<Document> {
  const { JSDOM } = await import("jsdom");
  return new JSDOM("").window.document;
}
