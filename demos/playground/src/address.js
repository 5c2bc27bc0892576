// @ts-check
// The page's address, which holds the document as one types: a reload, or whoever gets it, goes on.

/** @import { Document } from "./document.js" */

import { documentOf, linkOf } from "./document.js";

const PAUSE = 300; // milliseconds: browsers limit how often an address is written

/** @type {ReturnType<typeof setTimeout> | undefined} */
let writing;
/** What stands in the address by this page's own doing. */
let own = "";

/** The document in the address; null where there is none. */
export const opened = () => documentOf(location.hash.slice(1));

/** @param {() => Document} wanted */
export function rememberSoon(wanted) {
  clearTimeout(writing);
  writing = setTimeout(() => remember(wanted()), PAUSE);
}

/** @param {Document} document */
export async function remember(document) {
  clearTimeout(writing);
  own = `#${await linkOf(document)}`;
  try {
    history.replaceState(null, "", own);
  } catch {
    location.hash = own;
  }
}

/**
 * Call this with each document that somebody else puts into the address.
 * @param {(document: Document) => void} open
 */
export function onOpened(open) {
  addEventListener("hashchange", async () => {
    if (location.hash === own) return;
    const document = await opened();
    if (document) open(document);
  });
}
