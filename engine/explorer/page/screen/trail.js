// @ts-check
// The buttons that lead to other views, and the note under them.

/** @import { Session } from "../model/session.js" */
/** @import { Shown } from "../model/stories.js" */
/** @import { Stop } from "../model/trail.js" */

import { noteOf, trailOf } from "../model/trail.js";
import { at, make } from "./dom.js";

/**
 * @param {Session} session
 * @param {(view: number, shown?: Shown) => void} onLevel
 * @param {(path: string) => void} onBox
 */
export function showTrail({ graph, view, story }, onLevel, onBox) {
  const parts = trailOf(graph, view, story).map((stop) => {
    if (stop.view !== undefined) return button(stop, () => onLevel(stop.view ?? 0, stop.shown));
    if (stop.path !== undefined) return button(stop, () => onBox(stop.path ?? ""));
    return make("span", { className: stop.kind, textContent: stop.text });
  });
  const trail = at("trail");
  const focused = trail.querySelector(":focus-visible")?.textContent;
  trail.replaceChildren(...parts);
  const current = /** @type {HTMLElement | null} */ (trail.querySelector("[aria-current]"));
  // A box stands behind the levels, of which one may have its name
  const again = parts.findLast(({ textContent }) => textContent === focused) ?? current;
  if (focused) again?.focus({ preventScroll: true });
  const end = trail.offsetLeft + trail.clientWidth - 8;
  if (current) trail.scrollLeft = current.offsetLeft + current.offsetWidth - end;
  showNote(noteOf(graph, view));
}

/**
 * @param {Stop} stop
 * @param {() => void} action
 */
function button({ text, isCurrent }, action) {
  const element = make("button", { type: "button", textContent: text });
  if (isCurrent) element.setAttribute("aria-current", "true");
  element.addEventListener("click", action);
  return element;
}

/** @param {string} text */
export function showNote(text) {
  at("note").textContent = text;
  at("note").hidden = !text;
}
