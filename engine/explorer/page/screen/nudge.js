// @ts-check
// How a nudge travels, in place of the step while it lasts.

/** @import { Nudge } from "../model/nudge.js" */

import { nudgeTable, nudgeWords } from "../model/nudge.js";
import { at, set } from "./dom.js";

/** @param {Nudge} nudge */
export function showNudge(nudge) {
  const panel = at("now");
  const { height } = panel.getBoundingClientRect();
  if (panel.className !== "nudged") panel.style.height = `${height}px`; // nothing moves below it
  panel.className = "nudged";
  at("phase").textContent = "Nudge";
  at("count").textContent = "let go to return";
  at("arithmetic").textContent = nudgeWords(nudge);
  at("arithmetic").className = "";
  at("quiz").hidden = true;
  at("verdict").textContent = "";
  at("details").innerHTML = nudgeTable(nudge);
  set(at("words"), "text", nudgeWords(nudge));
}
