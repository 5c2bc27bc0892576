// @ts-check
// A document as the part of an address behind #, and back: all that one needs to go on with it.

/**
 * @typedef {object} Document
 * @property {"python" | "formula"} mode
 * @property {string} text  the program, or the formulas
 * @property {string} moment  where the page of its graph stands, as that page writes it
 */

const VERSION = "1.";
const MOST = 500_000; // bytes: what an address unpacks to is not trusted

/**
 * @param {Document} document
 * @returns {Promise<string>}
 */
export async function linkOf({ mode, text, moment }) {
  const json = JSON.stringify({
    text,
    ...(mode === "formula" && { mode }),
    ...(moment && { moment }),
  });
  const packed = piped(new TextEncoder().encode(json), new CompressionStream("deflate-raw"));
  const letters = Array.from(new Uint8Array(await new Response(packed).arrayBuffer()), (byte) =>
    String.fromCharCode(byte),
  );
  const base64 = btoa(letters.join(""));
  return VERSION + base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * The document that an address holds; null where it holds none.
 * @param {string} link
 * @returns {Promise<Document | null>}
 */
export async function documentOf(link) {
  if (!link.startsWith(VERSION)) return null;
  try {
    const base64 = link.slice(VERSION.length).replaceAll("-", "+").replaceAll("_", "/");
    const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bytes = await bounded(piped(packed, new DecompressionStream("deflate-raw")));
    const { mode, text, moment } = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof text !== "string") return null;
    return {
      mode: mode === "formula" ? mode : "python",
      text,
      moment: typeof moment === "string" ? moment : "",
    };
  } catch {
    return null;
  }
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {CompressionStream | DecompressionStream} change
 * @returns {ReadableStream<Uint8Array<ArrayBuffer>>}
 */
function piped(bytes, change) {
  return new Blob([bytes]).stream().pipeThrough(change);
}

/** @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream */
async function bounded(stream) {
  const reader = stream.getReader();
  const pieces = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(pieces).arrayBuffer();
    size += value.length;
    if (size > MOST) throw new Error("a link that unpacks to too much");
    pieces.push(value);
  }
}
