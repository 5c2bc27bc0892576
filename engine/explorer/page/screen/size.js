// @ts-check
// As large as can be: the whole screen, larger type; and a menu for what a small header cannot hold.

/** @import { Look } from "../model/look.js" */

import { at } from "./dom.js";

const SMALL = "(max-width: 860px)"; // as in page.css

export function listenToFullScreen() {
  at("full").hidden = !document.fullscreenEnabled;
  at("full").addEventListener("click", toggleFullScreen);
  addEventListener("fullscreenchange", () => {
    at("full").setAttribute("aria-pressed", String(document.fullscreenElement !== null));
  });
}

export function toggleFullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

/** @param {Look} look */
export function showTextSize({ text }) {
  document.documentElement.style.setProperty("--text", String(text));
  at("enlarge").setAttribute("aria-pressed", String(text > 1));
}

/** The buttons that stand in the menu of a small header, and in the header itself of a large one. */
export function listenToMenu() {
  const menu = at("menu", HTMLDetailsElement);
  const held = at("menu-items");
  const buttons = [...document.querySelectorAll(".tools .more")];
  const small = matchMedia(SMALL);
  const place = () => {
    menu.hidden = !small.matches;
    if (small.matches) held.append(...buttons);
    else menu.before(...buttons);
  };
  place();
  small.addEventListener("change", place);
  addEventListener("click", (event) => {
    const summary = menu.querySelector("summary");
    if (!summary?.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") menu.open = false;
  });
}
