// @ts-check
// A graph as a row of operations: run forward and backward by the rules of the table.

/** @import { Rule } from "../../../../engine/explorer/page/model/graph.js" */

/**
 * A graph as Python writes it. Places count the leaves, then the constants, then the operations.
 * @typedef {object} TapeContents
 * @property {number} leaves  how many
 * @property {number[]} constants
 * @property {number[][]} operations  the rule of each, and the places of its inputs
 * @property {number[]} results  places
 */

/** @typedef {{rule: Rule, inputs: number[], place: number}} Operation */

export class Tape {
  /**
   * @param {TapeContents} contents
   * @param {Rule[]} rules
   */
  constructor({ leaves, constants, operations, results }, rules) {
    const first = leaves + constants.length;
    this.leaves = leaves;
    this.results = results;
    this.values = new Float64Array(first + operations.length);
    this.values.set(constants, leaves);
    /** @type {Operation[]} */
    this.operations = operations.map(([rule, ...inputs], k) => ({
      rule: rules[rule],
      inputs,
      place: first + k,
    }));
  }

  /** The number that the last result has; of a graph with a loss, the loss. */
  get last() {
    return this.values[this.results[this.results.length - 1]];
  }

  /**
   * The operations that these places need, in order.
   * @param {number[]} places
   */
  needed(places) {
    const wanted = new Set(places);
    return this.operations
      .toReversed()
      .filter(({ place, inputs }) => {
        if (!wanted.has(place)) return false;
        for (const input of inputs) wanted.add(input);
        return true;
      })
      .reverse();
  }

  /** @param {Operation[]} operations */
  forward(operations = this.operations) {
    const { values } = this;
    for (const { rule, inputs, place } of operations) {
      const [a, b] = inputs;
      if (inputs.length === 1) values[place] = rule.value(values[a]);
      else if (inputs.length === 2) values[place] = rule.value(values[a], values[b]);
      else values[place] = rule.value(...inputs.map((input) => values[input]));
    }
  }

  /**
   * The derivative of the number at one place by each other, down to those that it is stopped at.
   * @param {number} from
   * @param {number} down  the lowest place that is of interest
   */
  backward(from, down = 0) {
    const { values } = this;
    const gradients = new Float64Array(values.length);
    gradients[from] = 1;
    for (let k = this.operations.length - 1; k >= 0; k--) {
      const { rule, inputs, place } = this.operations[k];
      const gradient = gradients[place];
      if (place > from || gradient === 0) continue;
      if (place <= down) break;
      const partials = rule.partials(values[place], ...inputs.map((input) => values[input]));
      for (const [index, input] of inputs.entries()) {
        gradients[input] += gradient * partials[index];
      }
    }
    return gradients;
  }
}
