// @ts-check
// The buttons that give a moment of any page away: a link, the page as a file, a picture.

import { at, make } from "./dom.js";
import { pngOf } from "./export.js";
import { copied, hasAddress, remember } from "./location.js";

// As Python wrote it: this is run before anything on the page has changed.
const written = /** @type {HTMLElement} */ (document.documentElement.cloneNode(true));

/**
 * @typedef {object} Shared
 * @property {() => string} address
 * @property {(kind: string) => string} fileName
 * @property {() => {text: string, width: number, height: number}} picture  as svgOf makes it
 */

/** @param {Shared} shared */
export function connectSharing({ address, fileName, picture }) {
  const saved = (/** @type {string} */ kind, /** @type {Blob} */ blob) => {
    const name = fileName(kind);
    download(name, blob);
    return `Saved as ${name}.`;
  };
  const actions = {
    copy: async () => {
      remember(address());
      return (await copied()) ? "The link is copied." : "The link is in the address bar.";
    },
    save: () => saved("html", new Blob([pageAt(address())], { type: "text/html" })),
    svg: () => saved("svg", new Blob([picture().text], { type: "image/svg+xml" })),
    png: async () => saved("png", await pngOf(picture())),
  };
  for (const [id, action] of Object.entries(actions)) {
    at(id).addEventListener("click", async () => {
      at("shared").textContent = "";
      at("shared").textContent = await action();
    });
  }
  at("copy").hidden = !hasAddress();
}

/**
 * The page's own HTML. The moment is data, so that the policy still allows the script.
 * @param {string} moment
 */
function pageAt(moment) {
  written.querySelector("body")?.setAttribute("data-moment", moment);
  return `<!DOCTYPE html>\n${written.outerHTML}\n`;
}

/**
 * @param {string} name
 * @param {Blob} blob
 */
function download(name, blob) {
  const href = URL.createObjectURL(blob);
  make("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
