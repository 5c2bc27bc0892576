// @ts-check
// The menu that gives this moment away: a link, the page as a file, a picture.

import { at } from "../../../../engine/explorer/page/screen/dom.js";
import { svgOf } from "../../../../engine/explorer/page/screen/export.js";
import { connectSharing } from "../../../../engine/explorer/page/screen/sharing.js";

/**
 * @typedef {object} Shared
 * @property {() => string} address
 * @property {() => string} name  of a file, without its ending
 * @property {() => string} words  what the picture shows
 */

/** @param {Shared} shared */
export const listenToSharing = ({ address, name, words }) =>
  connectSharing({
    address,
    fileName: (kind) => `${name()}.${kind}`,
    picture: () => picture(words()),
  });

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
