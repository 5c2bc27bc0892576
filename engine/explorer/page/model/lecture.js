// @ts-check
// A lecturer's notes: which are shown at a step, which comes next, where the slider has marks.

/** @import { Session } from "./session.js" */

/**
 * The notes of the steps that were made since the stop before: some pass unseen in a closed box.
 * @param {Session} session
 */
export function notesNow({ graph, stops, stop, position }) {
  const before = stops[stop - 1] ?? -1;
  return graph.data.notes.filter(([step]) => step > before && step <= position);
}

/**
 * The step of the next note; after the last, of the first again.
 * @param {Session} session
 */
export function nextNote({ graph, stops, position }) {
  const { notes } = graph.data;
  const [step] = notes.find(([each]) => each > position) ?? notes[0];
  return stops.find((stop) => stop >= step) ?? step;
}

/**
 * "Notes: 2 of 5".
 * @param {Session} session
 */
export function noteCount(session) {
  const { notes } = session.graph.data;
  const last = notesNow(session).at(-1);
  const one = notes.length === 1 ? "note" : "notes";
  return last ? `Note ${notes.indexOf(last) + 1} of ${notes.length}` : `${notes.length} ${one}`;
}

/**
 * Parts of the slider's length, from 0 to 1: where backward begins, where notes are.
 * @param {Session} session
 */
export function marksOf({ graph, stops }) {
  const last = stops.length - 1;
  const part = (/** @type {number} */ place) => (last > 0 ? place / last : 0);
  const forward = stops.findLastIndex((stop) => stop <= graph.forwardCount);
  return {
    backward: forward && part(Math.min(forward + 0.5, last)),
    notes: graph.data.notes.map(([step]) => part(stops.findIndex((stop) => stop >= step))),
  };
}
