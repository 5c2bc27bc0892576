// @ts-check
// The menu that gives this moment away: a link, the page as a file, a picture.

import { at, make } from "../../../../engine/explorer/page/screen/dom.js";
import { pngOf, svgOf } from "../../../../engine/explorer/page/screen/export.js";
import { copied, hasAddress, remember } from "../../../../engine/explorer/page/screen/location.js";
import { download, pageAt } from "../../../../engine/explorer/page/screen/saving.js";

/**
 * @typedef {object} Shared
 * @property {() => string} address
 * @property {() => string} name  of a file, without its ending
 * @property {() => string} words  what the picture shows
 */

/** @param {Shared} shared */
export function listenToSharing({ address, name, words }) {
  const saved = (/** @type {string} */ kind, /** @type {Blob} */ blob) => {
    download(`${name()}.${kind}`, blob);
    return `Saved as ${name()}.${kind}.`;
  };
  const actions = {
    copy: async () => {
      remember(address());
      return (await copied()) ? "The link is copied." : "The link is in the address bar.";
    },
    save: () => saved("html", new Blob([pageAt(address())], { type: "text/html" })),
    svg: () => saved("svg", new Blob([picture(words()).text], { type: "image/svg+xml" })),
    png: async () => saved("png", await pngOf(picture(words()))),
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
 * All panels as they are, without what is there to be read beside them.
 * @param {string} words
 */
function picture(words) {
  const panels = at("panels");
  panels.classList.add("taken");
  const paper = getComputedStyle(document.body).backgroundColor;
  const svg = svgOf(panels, { title: document.title, words, paper });
  panels.classList.remove("taken");
  return svg;
}

/**
 * A table with a head.
 * @param {HTMLTableElement} table
 * @param {string[][]} rows
 */
export function fillTable(table, rows) {
  const made = rows.map((cells, k) => {
    const row = make("tr");
    row.append(...cells.map((textContent) => make(k ? "td" : "th", { textContent })));
    return row;
  });
  table.replaceChildren(...made);
}
