// @ts-check
// Both passes from one choice of the leaves' numbers, and what is measured to compare with.

/** @import { Fault } from "./faults.js" */
/** @import { Graph } from "./graph.js" */

import { backpropagate } from "./backward.js";
import { evaluate, finiteDifference } from "./forward.js";

export class Computation {
  /**
   * @param {Graph} graph
   * @param {Float64Array} start  only the leaves' numbers count
   * @param {Fault | null} fault  of the backward pass
   */
  constructor(graph, start, fault = null) {
    this.graph = graph;
    this.start = start;
    this.fault = fault;
    this.edited = graph.leaves.some((leaf) => start[leaf] !== graph.values[leaf]);
    const { values, partials, errors } = this.edited
      ? evaluate(graph, start)
      : { values: start, partials: graph.partials, errors: new Map() };
    const { gradients, steps } = backpropagate(graph, partials, fault);
    this.values = values;
    this.partials = partials;
    /** @type {Map<number, string>} */
    this.errors = errors;
    this.gradients = gradients;
    this.trueGradients = fault ? backpropagate(graph, partials).gradients : gradients;
    this.steps = steps;
    this.blocked = errors.size > 0; // there is no gradient
    this.largest = largest(
      graph.nodes.filter((node) => !graph.isConstant(node)).map((node) => gradients[node]),
    );
    this.largestFlow = largest(
      steps.filter((step) => step.index >= 0).map((step) => step.contribution),
    );
    /** @type {Map<number, number>} */
    this.slopes = new Map();
  }

  /**
   * The finite difference along a leaf. Steps do not change it: it is measured once.
   * @param {number} leaf
   */
  slope(leaf) {
    const slope = this.slopes.get(leaf) ?? finiteDifference(this.graph, this.start, leaf);
    this.slopes.set(leaf, slope);
    return slope;
  }
}

/** @param {number[]} numbers */
const largest = (numbers) => numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
