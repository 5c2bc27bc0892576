// @ts-check
// What is said of a moment in one sentence.

/** @import { Moment } from "./moment.js" */
/** @import { Style } from "./writing.js" */

import { backwardWords, forwardWords } from "./words.js";
import { TEXT } from "./writing.js";

/** @param {Moment} moment */
export function spokenWords(moment) {
  if (moment.phase === "start") return "The leaves have their numbers; nothing else is computed.";
  return moment.isBlocked ? blockedWords(moment) : stepInWords(moment, TEXT);
}

/**
 * The step's arithmetic; "" at the start.
 * @param {Moment} moment
 * @param {Style} style
 */
export function stepInWords(moment, style, withResult = !moment.asking) {
  const { graph, forward, backward, computed } = moment;
  if (forward !== null) return forwardWords(graph, forward, computed.values, style, withResult);
  return backward ? backwardWords(graph, backward, style, withResult) : "";
}

/**
 * Why a step has no number.
 * @param {Moment} moment
 */
export function blockedWords({ graph, computed, forward }) {
  const failed = [...computed.errors.keys()].map((node) => graph.names[node]).join(", ");
  if (forward === null) return `There is no gradient: ${failed} has no number.`;
  const waits = `${graph.names[forward]} waits for a number that does not exist: see ${failed}.`;
  return computed.errors.get(forward) ?? waits;
}

/**
 * The first operation so far that has no result; "" where all have.
 * @param {Moment} moment
 */
export function errorWords(moment) {
  const found = [...moment.computed.errors].find(([node]) => moment.hasFailed(node));
  return found ? `${moment.graph.names[found[0]]} has no number. ${found[1]}.` : "";
}
