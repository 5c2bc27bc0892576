// @ts-check
// What the page carries with it, compressed and as text: each is taken once it is there.

/** @type {Map<string, Promise<Uint8Array<ArrayBuffer>>>} */
const taken = new Map();

/**
 * One of them as bytes, still compressed. The page is long, and this need not wait for its end.
 * @param {string} name
 */
export function packed(name) {
  const bytes = taken.get(name) ?? take(name);
  taken.set(name, bytes);
  return bytes;
}

/** @param {string} name */
async function take(name) {
  while (!document.getElementById(name)?.nextElementSibling) {
    await new Promise((done) => addEventListener("asset", done, { once: true }));
  }
  const element = /** @type {HTMLElement} */ (document.getElementById(name));
  const text = element.textContent ?? "";
  element.remove();
  return bytesOf(text);
}

/**
 * @param {string} text  base64
 * @returns {Uint8Array<ArrayBuffer>}
 */
function bytesOf(text) {
  const own = /** @type {{fromBase64?: (text: string) => Uint8Array<ArrayBuffer>}} */ (
    /** @type {unknown} */ (Uint8Array)
  );
  if (own.fromBase64) return own.fromBase64(text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < bytes.length; place += 1) bytes[place] = letters.charCodeAt(place);
  return bytes;
}
