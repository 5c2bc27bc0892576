// @ts-check
// The backward pass, every step with its numbers, in the engine's order.

/** @import { Flow, Graph } from "./graph.js" */

/**
 * @typedef {object} Numbers
 * @property {number} partial  the local derivative
 * @property {number} incoming  the gradient that arrives
 * @property {number} contribution  what flows on: their product
 * @property {number} after  the input's gradient with it
 */

/** @typedef {Flow & Numbers} BackwardStep */

/**
 * @param {Graph} graph
 * @param {number[][]} partials
 */
export function backpropagate(graph, partials) {
  const gradients = new Float64Array(graph.count);
  /** @type {BackwardStep[]} */
  const steps = graph.backwardOrder.map((flow) => {
    const seed = flow.index < 0;
    const partial = seed ? 1 : partials[flow.node][flow.index];
    const incoming = seed ? 1 : gradients[flow.node];
    const contribution = partial * incoming;
    gradients[flow.input] += contribution;
    return { ...flow, partial, incoming, contribution, after: gradients[flow.input] };
  });
  return { gradients, steps };
}
