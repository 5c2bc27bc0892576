// @ts-check
// The dialog that gives this moment away: a link, the page as a file, a picture, paper.

/** @import { Page } from "./page.js" */

import { fileName, hintOf, homeOf } from "../model/sharing.js";
import { at } from "./dom.js";
import { svgOf } from "./export.js";
import { connectSharing } from "./sharing.js";

/** @param {Page} page */
export function listenToSharing(page) {
  const { session, picture } = page;
  connectSharing({
    address: () => page.address,
    fileName: (kind) => fileName(session.graph.data.heading, session.position, kind),
    picture: () =>
      svgOf(picture.world, {
        title: document.title,
        words: at("words").textContent ?? "",
        paper: getComputedStyle(at("stage")).backgroundColor,
      }),
  });
  at("share-hint").textContent = hintOf(homeOf(location.protocol));
}
