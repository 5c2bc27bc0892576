// @ts-check
// The forward pass: values and local derivatives from the numbers of the leaves.

/** @import { Graph } from "./graph.js" */

import { refusal } from "./refusal.js";

/**
 * @typedef {object} Evaluated
 * @property {Float64Array} values  NaN where there is none
 * @property {number[][]} partials
 * @property {Map<number, string>} errors  why a node has no number
 */

/**
 * @param {Graph} graph
 * @param {ArrayLike<number>} start
 * @returns {Evaluated}
 */
export function evaluate(graph, start) {
  const values = Float64Array.from(start);
  /** @type {number[][]} */
  const partials = new Array(graph.count).fill([]);
  const errors = new Map();
  for (const node of graph.forwardOrder) {
    const numbers = graph.inputs[node].map((input) => values[input]);
    values[node] = NaN;
    if (numbers.some(Number.isNaN)) continue; // an input has no number
    const rule = graph.rule(node);
    const value = rule.value(...numbers);
    const local = rule.partials(value, ...numbers);
    if (Number.isFinite(value) && local.every(Number.isFinite)) {
      values[node] = value;
      partials[node] = local;
    } else {
      errors.set(node, refusal(graph, node, numbers));
    }
  }
  return { values, partials, errors };
}

/**
 * How far a number is moved to measure a slope: a power of two, so that x ± h is exact.
 * @param {number} x
 */
export const stepAt = (x) => 2 ** Math.round(Math.log2(6e-6 * Math.max(1, Math.abs(x))));

/**
 * The slope of the output along one leaf: (f(x + h) − f(x − h)) / 2h. No rule's partial is used.
 * @param {Graph} graph
 * @param {ArrayLike<number>} start
 * @param {number} leaf
 */
export function finiteDifference(graph, start, leaf) {
  const x = start[leaf];
  const h = stepAt(x);
  const moved = Float64Array.from(start);
  moved[leaf] = x + h;
  const ahead = outputAt(graph, moved);
  moved[leaf] = x - h;
  return (ahead - outputAt(graph, moved)) / (2 * h);
}

/**
 * Only the output's value.
 * @param {Graph} graph
 * @param {ArrayLike<number>} start
 */
function outputAt(graph, start) {
  const values = Float64Array.from(start);
  for (const node of graph.forwardOrder) {
    const numbers = graph.inputs[node].map((input) => values[input]);
    values[node] = graph.rule(node).value(...numbers);
  }
  return values[graph.output];
}
