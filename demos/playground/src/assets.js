// @ts-check
// What the page carries with it, compressed and as text: decoded when it is asked for.

/** @param {string} text  base64 */
function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/**
 * The bytes of one of them.
 * @param {string} name
 * @returns {Promise<ArrayBuffer>}
 */
export async function asset(name) {
  const element = /** @type {HTMLElement} */ (document.getElementById(name));
  const packed = new Response(bytesOf(element.textContent ?? "")).body;
  element.remove();
  if (!packed) throw new Error(`${name} is empty`);
  return new Response(packed.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
