// @ts-check
// The bar under the picture: the slider and the buttons that step and play.

/** @import { Moment } from "../model/moment.js" */
/** @import { Session } from "../model/session.js" */

import { spokenWords } from "../model/sentences.js";
import { at } from "./dom.js";

/**
 * @param {Session} session
 * @param {Moment} moment
 */
export function showSteps({ stop, stops, position, isAtEnd, asking, story }, moment) {
  const slider = at("slider", HTMLInputElement);
  const last = stops.length - 1;
  slider.max = String(last);
  slider.value = String(stop);
  slider.setAttribute(
    "aria-valuetext",
    `step ${stop} of ${last}: ${story?.sentence(moment) ?? spokenWords(moment)}`,
  );
  for (const id of ["first", "back"]) at(id, HTMLButtonElement).disabled = position === 0;
  for (const id of ["next", "last"]) at(id, HTMLButtonElement).disabled = isAtEnd && !asking;
}

/** @param {boolean} playing */
export function showPlaying(playing) {
  at("play").textContent = playing ? "Pause" : "Play";
  at("play").setAttribute("aria-label", playing ? "Pause" : "Play");
  at("words").setAttribute("aria-live", playing ? "off" : "polite");
}
