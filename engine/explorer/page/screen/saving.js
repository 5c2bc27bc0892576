// @ts-check
// The page itself as a file that opens at another moment; any file, downloaded.

import { make } from "./dom.js";

// As Python wrote it: this is run before anything on the page has changed.
const written = /** @type {HTMLElement} */ (document.documentElement.cloneNode(true));

/**
 * The page's own HTML. The moment is data, so that the policy still allows the script.
 * @param {string} moment
 */
export function pageAt(moment) {
  written.querySelector("body")?.setAttribute("data-moment", moment);
  return `<!DOCTYPE html>\n${written.outerHTML}\n`;
}

/**
 * @param {string} name
 * @param {Blob} blob
 */
export function download(name, blob) {
  const href = URL.createObjectURL(blob);
  make("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
