// @ts-check
// A node that was clicked, as the one that comes next: whether it can, and if not why.

/** @import { Verdict } from "./guess.js" */
/** @import { Moment } from "./moment.js" */

import { listed } from "./text.js";

/**
 * @param {number} node
 * @param {Moment} moment  of the step that is asked for
 * @returns {Verdict}
 */
export function picked(node, moment) {
  const { graph, forward, backward } = moment;
  const why = forward !== null ? whyNotForward(node, moment) : whyNotBackward(node, moment);
  const next = graph.names[forward ?? backward?.node ?? 0];
  if (why) return { right: false, text: `${why}. Next is ${next}.` };
  const isPages = node === (forward ?? backward?.node);
  return {
    right: true,
    text: isPages ? `Right: ${next}.` : `Right, it can; this page takes ${next} first.`,
  };
}

/**
 * @param {number} node
 * @param {Moment} moment
 */
function whyNotForward(node, { graph, position }) {
  const name = graph.names[node];
  if (!graph.isOperation(node)) return `${name} has had its number from the start`;
  const isMade = (/** @type {number} */ each) =>
    !graph.isOperation(each) || (graph.forwardPlace.get(each) ?? 0) < position - 1;
  if (isMade(node)) return `${name} is computed already`;
  return waiting(
    name,
    [...new Set(graph.inputs[node].filter((input) => !isMade(input)))].map(
      (input) => graph.names[input],
    ),
  );
}

/**
 * @param {number} node
 * @param {Moment} moment
 */
function whyNotBackward(node, { graph, computed, made }) {
  const name = graph.names[node];
  if (!graph.isOperation(node)) return `${name} is a leaf: gradients end there`;
  const before = computed.steps.slice(0, made - 1);
  if (before.some((step) => step.index >= 0 && step.node === node)) {
    return `${name} has passed its gradient on already`;
  }
  const missing = computed.steps.slice(made - 1).filter(({ input }) => input === node);
  return waiting(name, [...new Set(missing.map((step) => graph.names[step.node]))]);
}

/**
 * @param {string} name
 * @param {string[]} others
 */
const waiting = (name, others) =>
  others.length ? `${name} still waits for ${listed(others)}` : "";
