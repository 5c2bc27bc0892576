// @ts-check
// A lecturer's notes beside the step, and the marks under the slider.

/** @import { Session } from "../model/session.js" */

import { marksOf, noteCount, notesNow } from "../model/lecture.js";
import { at, make, set } from "./dom.js";

const LEAST_NAMED = 0.22; // of the slider: a shorter part has no room for its name

/** @param {Session} session */
export function showNotes(session) {
  at("notes").hidden = !session.graph.data.notes.length;
  if (at("notes").hidden) return;
  at("note-texts").innerHTML = notesNow(session)
    .map(([, markup]) => markup)
    .join("");
  set(at("note-count"), "text", noteCount(session));
}

/** @param {Session} session */
export function showMarks(session) {
  const { backward, notes } = marksOf(session);
  const passes = [pass("forward", backward), pass("backward", 1 - backward)];
  const marks = notes.map((place) => {
    const mark = make("i");
    mark.style.left = `${100 * place}%`;
    return mark;
  });
  at("marks").replaceChildren(...passes, ...marks);
}

/**
 * @param {string} name
 * @param {number} part
 */
function pass(name, part) {
  const textContent = part < LEAST_NAMED ? "" : name;
  const element = make("span", { className: name, textContent });
  element.style.width = `${100 * part}%`;
  return element;
}
