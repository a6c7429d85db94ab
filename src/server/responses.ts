/** What every answer is given on its way out: headers that protect browsers, a tag, and compression. */
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";

/** Of every answer: it is what it says it is, belongs to no frame, and is for pages of this origin alone. */
const headers = {
  "content-security-policy": "default-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** What the page may load: its own files, and the API. */
export const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

export function protectBrowsers(reply: FastifyReply): void {
  reply.headers(headers);
}

/** Gives the answer to a GET its tag. @returns whether who asks has it already */
export function tagAnswer(request: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  reply.header("etag", tag);
  const known = request.headers["if-none-match"];
  const opaque = (text: string) => text.trim().replace(/^W\//, "");
  return known !== undefined && (known === "*" || known.split(",").some((one) => opaque(one) === opaque(tag)));
}

/** A weak tag: the same content may be packed in several ways. */
export function tagOf(content: string | Buffer): string {
  return `W/"${createHash("sha256").update(content).digest("base64url").slice(0, 27)}"`;
}

/** How content can be packed, the best first. */
const packings = ["br", "gzip"] as const;
type Packing = (typeof packings)[number];

/** Smaller content is not worth it. */
export const leastToPack = 1024;

/** The packing that a browser takes, if any. */
export function packingFor(request: FastifyRequest): Packing | undefined {
  const accepted = String(request.headers["accept-encoding"] ?? "").toLowerCase();
  const offers = accepted.split(",").map((offer) => offer.split(";").map((part) => part.trim()));
  return packings.find((name) =>
    offers.some(([offer, weight]) => offer === name && !/^q=0(\.0*)?$/.test(weight ?? "")),
  );
}

const [brotli, gunzippable] = [promisify(brotliCompress), promisify(gzip)];

/** Packs content in another thread. @param thoroughly for small content that is packed once; otherwise quickly */
export function pack(content: string | Buffer, packing: Packing, thoroughly = false): Promise<Buffer> {
  if (packing === "gzip") return gunzippable(content, { level: thoroughly ? 9 : 4 });
  return brotli(content, { params: { [constants.BROTLI_PARAM_QUALITY]: thoroughly ? 11 : 4 } });
}

/** Adds a value to the Vary header. */
export function varyBy(reply: FastifyReply, name: string): void {
  const before = reply.getHeader("vary");
  reply.header("vary", before ? `${before}, ${name}` : name);
}

/** Content that is the same for all who ask. */
export interface PreparedContent {
  /** Sends it, packed where that helps, or says that who asks has it already. */
  send(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
}

/** Makes the tag of content, and packs it when it is first asked for. @param effort of packing: "none" for what is packed already */
export function prepareContent(bytes: Buffer, effort: "none" | "quick" | "thorough"): PreparedContent {
  const packed = new Map<Packing, Promise<Buffer>>();
  const tag = tagOf(bytes);
  return {
    async send(request, reply) {
      if (tagAnswer(request, reply, tag)) return reply.code(304).send();
      if (bytes.length < leastToPack || effort === "none") return reply.send(bytes);
      varyBy(reply, "Accept-Encoding");
      const packing = packingFor(request);
      if (!packing) return reply.send(bytes);
      const content = packed.get(packing) ?? pack(bytes, packing, effort === "thorough");
      packed.set(packing, content);
      return reply.header("content-encoding", packing).send(await content);
    },
  };
}
