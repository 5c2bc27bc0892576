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

/**
 * @typedef {object} Operation
 * @property {Rule} rule
 * @property {number[]} inputs
 * @property {number} place
 * @property {() => number} value  its number, from those of its inputs
 */

/**
 * The values of rules that take most of the time, without a list of their inputs. Derivatives are
 * those of the table in any case.
 * @type {Map<string, (values: Float64Array, inputs: number[]) => number>}
 */
const NATIVE = new Map([["dot", dot]]);

/**
 * The sum of the products of the first half with the second, with what the additions lose:
 * Neumaier (1974).
 * @param {Float64Array} values
 * @param {number[]} inputs
 */
function dot(values, inputs) {
  const half = inputs.length / 2;
  let sum = 0;
  let lost = 0;
  for (let k = 0; k < half; k++) {
    const product = values[inputs[k]] * values[inputs[half + k]];
    const next = sum + product;
    if (Math.abs(sum) < Math.abs(product)) lost += product - next + sum;
    else lost += sum - next + product;
    sum = next;
  }
  return Number.isFinite(sum) ? sum + lost : sum;
}

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
      value: this.valueOf(rules[rule], inputs),
    }));
  }

  /**
   * @param {Rule} rule
   * @param {number[]} inputs
   */
  valueOf(rule, inputs) {
    const { values } = this;
    const [a, b] = inputs;
    const native = NATIVE.get(rule.name);
    if (native) return () => native(values, inputs);
    if (inputs.length === 1) return () => rule.value(values[a]);
    if (inputs.length === 2) return () => rule.value(values[a], values[b]);
    return () => rule.value(...inputs.map((input) => values[input]));
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
    for (const { place, value } of operations) this.values[place] = value();
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
