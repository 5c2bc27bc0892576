// @ts-check
// The dialog that gives this moment away: a link, the page as a file, a picture, paper.

/** @import { Page } from "./page.js" */

import { fileName, hintOf, homeOf } from "../model/sharing.js";
import { at } from "./dom.js";
import { pngOf, svgOf } from "./export.js";
import { copied, hasAddress, remember } from "./location.js";
import { download, pageAt } from "./saving.js";

/** @param {Page} page */
export function listenToSharing(page) {
  const actions = {
    copy: () => copyLink(page),
    save: () => {
      const html = new Blob([pageAt(page.address)], { type: "text/html" });
      return saved(page, "html", html);
    },
    svg: () => saved(page, "svg", new Blob([picture(page).text], { type: "image/svg+xml" })),
    png: async () => saved(page, "png", await pngOf(picture(page))),
  };
  for (const [id, action] of Object.entries(actions)) {
    at(id).addEventListener("click", async () => {
      at("shared").textContent = "";
      at("shared").textContent = await action();
    });
  }
  at("share-hint").textContent = hintOf(homeOf(location.protocol));
  at("copy").hidden = !hasAddress();
}

/** @param {Page} page */
async function copyLink(page) {
  remember(page.address);
  return (await copied()) ? "The link is copied." : "The link is in the address bar.";
}

/**
 * @param {Page} page
 * @param {string} kind
 * @param {Blob} blob
 */
function saved({ session }, kind, blob) {
  const name = fileName(session.graph.data.heading, session.position, kind);
  download(name, blob);
  return `Saved as ${name}.`;
}

/** @param {Page} page */
function picture({ picture }) {
  return svgOf(picture.world, {
    title: document.title,
    words: at("words").textContent ?? "",
    paper: getComputedStyle(at("stage")).backgroundColor,
  });
}
