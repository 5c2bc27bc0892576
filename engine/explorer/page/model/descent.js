// @ts-check
// One step downhill: every leaf that is not held moves against its gradient, all at once.

/** @import { Computation } from "./computation.js" */
/** @import { Graph } from "./graph.js" */

import { digits, signed } from "./digits.js";

export const FIRST_RATE = "0.1";

/** @typedef {{before: number, after: number, foretold: number}} Descent  of the output */

/**
 * What a net is given is held at first: its parameters are the leaves within its scopes. Where no
 * leaf stands in a scope, or each does, all move.
 * @param {Graph} graph
 */
export function heldAtFirst(graph) {
  const outside = graph.leaves.filter((leaf) => graph.scopeOf(leaf) === "");
  return new Set(outside.length < graph.leaves.length ? outside : []);
}

/**
 * w − rate·gradient, for each leaf that moves; null where there is no gradient, or the step is
 * too long for a float.
 * @param {Computation} computed
 * @param {ReadonlySet<number>} held
 * @param {number} rate
 */
export function downhill({ graph, start, gradients, blocked }, held, rate) {
  const numbers = Float64Array.from(start);
  for (const leaf of graph.leaves) {
    if (!held.has(leaf)) numbers[leaf] -= rate * gradients[leaf];
  }
  return !blocked && graph.leaves.every((leaf) => Number.isFinite(numbers[leaf])) ? numbers : null;
}

/**
 * What a step did to the output, and what the gradient foretold: Σ gradient·Δ.
 * @param {Computation} before
 * @param {Computation} after
 * @returns {Descent}
 */
export function descent(before, after) {
  const { graph, start, trueGradients } = before;
  let foretold = 0;
  for (const leaf of graph.leaves) {
    foretold += trueGradients[leaf] * (after.start[leaf] - start[leaf]);
  }
  return { before: before.values[graph.output], after: after.values[graph.output], foretold };
}

/**
 * @param {Graph} graph
 * @param {Descent | null} descent
 */
export function descentWords(graph, descent) {
  if (!descent) return "";
  const name = graph.names[graph.output];
  const { before, after, foretold } = descent;
  if (Number.isNaN(after)) return `${name}: ${digits(before)} → none: the step left the domain.`;
  const change = `${name}: ${digits(before)} → ${digits(after)}, a change of ${signed(after - before)}.`;
  const tangent = ` The gradient alone foretold ${signed(foretold)}.`;
  const tooFar = after > before ? " The rate is too large here: the step went too far." : "";
  return change + tangent + tooFar;
}
