// @ts-check
// The backward pass, every step with its numbers, in the engine's order; or with a fault in it.

/** @import { Fault } from "./faults.js" */
/** @import { Flow, Graph } from "./graph.js" */

import { orderWith } from "./faults.js";

/**
 * @typedef {object} Numbers
 * @property {number} partial  the local derivative
 * @property {number} incoming  the gradient that arrives
 * @property {number} contribution  what flows on: their product
 * @property {number} after  the input's gradient with it
 * @property {boolean} overwrites  what came before it, which is a fault
 */

/** @typedef {Flow & Numbers} BackwardStep */

/**
 * @param {Graph} graph
 * @param {number[][]} partials
 * @param {Fault | null} fault
 */
export function backpropagate(graph, partials, fault = null) {
  const gradients = new Float64Array(graph.count);
  if (fault === "twice") {
    const first = backpropagate(graph, partials).gradients;
    for (const leaf of graph.leaves) gradients[leaf] = first[leaf];
  }
  /** @type {BackwardStep[]} */
  const steps = orderWith(graph, fault).map((flow) => {
    const seed = flow.index < 0;
    const partial = seed ? 1 : partials[flow.node][flow.index];
    const incoming = seed ? 1 : gradients[flow.node];
    const contribution = partial * incoming;
    const overwrites = fault === "overwrite";
    gradients[flow.input] = (overwrites ? 0 : gradients[flow.input]) + contribution;
    return { ...flow, partial, incoming, contribution, after: gradients[flow.input], overwrites };
  });
  return { gradients, steps };
}
