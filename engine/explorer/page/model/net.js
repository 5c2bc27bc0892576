// @ts-check
// The dense net of one sample: the layers that Python found in the graph, and what comes after it.

/** @import { Graph } from "./graph.js" */

/**
 * a = activation(W x + b), by the numbers of its nodes.
 * @typedef {object} Layer
 * @property {number} number  counted from 1
 * @property {number[]} inputs
 * @property {number[][]} weights  row j belongs to neuron j
 * @property {number[]} biases
 * @property {number[]} dots
 * @property {number[]} z
 * @property {number[]} a
 * @property {string} activation  of one rule, "" for any other function
 */

export class Net {
  /**
   * @param {Graph} graph
   * @param {number} sample
   */
  constructor(graph, sample) {
    this.graph = graph;
    this.layers = graph.data.nets[sample].map(({ z, a, activation }, k) =>
      layerOf(graph, z, a, activation, k + 1),
    );
    this.inputs = this.layers[0].inputs;
    this.outputs = this.layers[this.layers.length - 1].a;
    this.loss = this.outputs.includes(graph.output) ? null : graph.output; // what comes after
    this.isShared = hasOtherUsers(graph, this.layers);
  }

  /**
   * What a layer's inputs are called in a formula: "x", then the a of the layer before.
   * @param {Layer} layer
   */
  before(layer) {
    return layer.number > 1 ? this.layers[layer.number - 2] : null;
  }

  /** @param {Layer} layer */
  after(layer) {
    return this.layers[layer.number] ?? null;
  }
}

/**
 * Its weights and inputs are those of its dot products.
 * @param {Graph} graph
 * @param {number[]} z
 * @param {number[]} a
 * @param {string} activation
 * @param {number} number
 * @returns {Layer}
 */
function layerOf(graph, z, a, activation, number) {
  const dots = z.map((node) => graph.inputs[node][0]);
  const half = graph.inputs[dots[0]].length / 2;
  return {
    number,
    inputs: graph.inputs[dots[0]].slice(half),
    weights: dots.map((dot) => graph.inputs[dot].slice(0, half)),
    biases: z.map((node) => graph.inputs[node][1]),
    dots,
    z,
    a,
    activation,
  };
}

/**
 * Whether weights are used elsewhere too: by other samples, or by a penalty.
 * @param {Graph} graph
 * @param {Layer[]} layers
 */
function hasOtherUsers(graph, layers) {
  const weights = new Set(layers.flatMap((layer) => layer.weights.flat()));
  const uses = graph.forwardOrder.flatMap((node) =>
    graph.inputs[node].filter((k) => weights.has(k)),
  );
  return uses.length > weights.size;
}
