// @ts-check
// Dialogs: each is opened by its button and closed by its own, by Esc, or by a click beside it.

import { at } from "./dom.js";

/** The dialog that each button opens. */
const DIALOGS = { share: "share-dialog", find: "find-dialog", keys: "keys-dialog" };

export function listenToDialogs() {
  for (const [button, id] of Object.entries(DIALOGS)) {
    const dialog = at(id, HTMLDialogElement);
    at(button).addEventListener("click", () => dialog.showModal());
    dialog.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target);
      if (target === dialog || target.closest(".close")) dialog.close();
    });
  }
}

export const isDialogOpen = () => document.querySelector("dialog[open]") !== null;
