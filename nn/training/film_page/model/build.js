// @ts-check
// A net as a tape, made on the page: features, dense layers and loss, from small tapes of Python's.

/** @import { Layer } from "./film.js" */
/** @import { TapeContents } from "./tape.js" */

/** @typedef {{kind: "leaf" | "constant" | "operation", index: number}} Node */

/**
 * What Python gives: the rules by name, and functions as tapes of their arguments.
 * @typedef {object} Parts
 * @property {number[]} dots  the rule of a dot product of 1, 2, 3, … products, from place 1
 * @property {number} add  the rule of a sum of two
 * @property {Record<string, TapeContents>} features  of x₁ and x₂
 * @property {Record<string, TapeContents>} activations
 * @property {Record<string, TapeContents>} losses  of an output and a target
 * @property {Record<string, TapeContents>} answers  what is shown of an output
 * @property {Record<string, string>} slopes  the derivative of an activation, as a formula
 */

class Builder {
  /** @param {number} leaves */
  constructor(leaves) {
    this.leaves = leaves;
    /** @type {number[]} */
    this.constants = [];
    /** @type {{rule: number, inputs: Node[]}[]} */
    this.operations = [];
  }

  /**
   * @param {number} rule
   * @param {Node[]} inputs
   * @returns {Node}
   */
  operation(rule, inputs) {
    return { kind: "operation", index: this.operations.push({ rule, inputs }) - 1 };
  }

  /**
   * A function of these nodes; its first result.
   * @param {TapeContents} tape
   * @param {Node[]} inputs
   * @returns {Node}
   */
  apply({ constants, operations, results }, inputs) {
    const nodes = [...inputs];
    for (const number of constants) {
      nodes.push({ kind: "constant", index: this.constants.push(number) - 1 });
    }
    for (const [rule, ...places] of operations) {
      nodes.push(
        this.operation(
          rule,
          places.map((place) => nodes[place]),
        ),
      );
    }
    return nodes[results[0]];
  }

  /** @param {Node} node */
  place({ kind, index }) {
    if (kind === "leaf") return index;
    return this.leaves + index + (kind === "operation" ? this.constants.length : 0);
  }

  /**
   * @param {Node[]} results
   * @returns {TapeContents}
   */
  finish(results) {
    const place = (/** @type {Node} */ node) => this.place(node);
    return {
      leaves: this.leaves,
      constants: this.constants,
      operations: this.operations.map(({ rule, inputs }) => [rule, ...inputs.map(place)]),
      results: results.map(place),
    };
  }
}

export const FIRST = 3; // the place of the first parameter: after two features and the target

/**
 * @typedef {object} NetShape
 * @property {string[]} features
 * @property {number[]} hidden  how many neurons in each hidden layer
 * @property {string} activation
 * @property {"binary_cross_entropy" | "mean_squared_error"} loss
 */

/** @param {NetShape} shape */
export const sizesOf = ({ features, hidden }) => [features.length, ...hidden, 1];

/** @param {NetShape} shape */
export function countParameters(shape) {
  const sizes = sizesOf(shape);
  return sizes.slice(1).reduce((sum, size, k) => sum + size * (sizes[k] + 1), 0);
}

/**
 * The graph that MLP builds for one sample, its parameters in the order of Python's.
 * @param {NetShape} shape
 * @param {Parts} parts
 * @returns {{tape: TapeContents, layers: Layer[]}}
 */
export function buildNet(shape, parts) {
  const builder = new Builder(FIRST + countParameters(shape));
  let next = FIRST;
  const leaf = (/** @type {number} */ index) => /** @type {Node} */ ({ kind: "leaf", index });
  const [x1, x2, target] = [0, 1, 2].map(leaf);
  let signal = shape.features.map((name) => builder.apply(parts.features[name], [x1, x2]));
  const drawn = sizesOf(shape)
    .slice(1)
    .map((size, k, all) => {
      const activation = k === all.length - 1 ? "identity" : shape.activation;
      const inputs = signal;
      const neurons = Array.from({ length: size }, () => {
        const weights = inputs.map(() => leaf(next++));
        const bias = leaf(next++);
        const product = builder.operation(parts.dots[inputs.length], [...weights, ...inputs]);
        const z = builder.operation(parts.add, [product, bias]);
        return { weights, bias, z, a: builder.apply(parts.activations[activation], [z]) };
      });
      signal = neurons.map(({ a }) => a);
      return { inputs, neurons, activation };
    });
  const answer = builder.apply(parts.answers[shape.loss], signal);
  const loss = builder.apply(parts.losses[shape.loss], [...signal, target]);
  const tape = builder.finish([answer, loss]);
  const place = (/** @type {Node} */ node) => builder.place(node);
  const layers = drawn.map(({ inputs, neurons, activation }) => ({
    inputs: inputs.map(place),
    weights: neurons.map(({ weights }) => weights.map(place)),
    biases: neurons.map(({ bias }) => place(bias)),
    z: neurons.map(({ z }) => place(z)),
    a: neurons.map(({ a }) => place(a)),
    activation,
    slope: parts.slopes[activation],
  }));
  return { tape, layers: [{ ...layers[0], inputNames: shape.features }, ...layers.slice(1)] };
}
