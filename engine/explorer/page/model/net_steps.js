// @ts-check
// The steps of a net: a layer each way, and the loss; within a neuron its sum, then its activation.

/** @import { Flow, Graph } from "./graph.js" */
/** @import { Layer, Net } from "./net.js" */

/**
 * @typedef {object} NetStep
 * @property {number} position  after it
 * @property {"start" | "forward" | "backward"} phase
 * @property {Layer | null} layer  null: the loss
 * @property {string} part  of a neuron: "z", "a", "arrives", "delta", "weights"; else ""
 */

/** @typedef {{layer: number, row: number}} Place  of a neuron, counted from 0 */

/**
 * @param {Net} net
 * @param {Flow[]} order  of the backward pass
 * @returns {NetStep[]}
 */
export function layerSteps(net, order) {
  const { graph, layers, loss } = net;
  const flows = new Flows(graph, order);
  /** @type {NetStep[]} */
  const steps = [start()];
  for (const layer of layers) {
    steps.push({ position: computed(graph, layer.a), phase: "forward", layer, part: "" });
  }
  if (loss !== null) {
    steps.push({ position: graph.forwardCount, phase: "forward", layer: null, part: "" });
    steps.push({ position: flows.into(net.outputs), phase: "backward", layer: null, part: "" });
  }
  for (const layer of [...layers].reverse()) {
    const position = flows.outOf([...layer.dots, ...layer.z]);
    steps.push({ position, phase: "backward", layer, part: "" });
  }
  return ending(steps, graph);
}

/**
 * @param {Net} net
 * @param {Place} place
 * @param {Flow[]} order  of the backward pass
 * @returns {NetStep[]}
 */
export function neuronSteps(net, { layer: k, row }, order) {
  const { graph } = net;
  const layer = net.layers[k];
  const [dot, z, a] = [layer.dots[row], layer.z[row], layer.a[row]];
  const flows = new Flows(graph, order);
  /**
   * @param {"forward" | "backward"} phase
   * @param {string} part
   * @param {number} position
   * @returns {NetStep}
   */
  const step = (phase, part, position) => ({ position, phase, layer, part });
  const steps = [start(), step("forward", "z", computed(graph, [z]))];
  if (a !== z) {
    steps.push(step("forward", "a", computed(graph, [a])));
    steps.push(step("backward", "arrives", flows.into([a])));
  }
  steps.push(step("backward", "delta", flows.into([z])));
  steps.push(step("backward", "weights", flows.outOf([dot, z])));
  return ending(steps, graph);
}

/** @returns {NetStep} */
const start = () => ({ position: 0, phase: "start", layer: null, part: "" });

/**
 * The last step ends both passes; where a pass goes wrong, some are not after the ones before.
 * @param {NetStep[]} steps
 * @param {Graph} graph
 */
function ending(steps, graph) {
  steps[steps.length - 1].position = graph.stepCount;
  let latest = -1;
  return steps.filter(({ position }) => {
    const isLater = position > latest;
    if (isLater) latest = position;
    return isLater;
  });
}

/**
 * When all of these are computed.
 * @param {Graph} graph
 * @param {number[]} nodes
 */
export const computed = (graph, nodes) =>
  nodes.reduce((most, node) => Math.max(most, (graph.forwardPlace.get(node) ?? -1) + 1), 0);

/** When gradients have come into nodes, or gone out of them. */
export class Flows {
  /**
   * @param {Graph} graph
   * @param {Flow[]} order
   */
  constructor(graph, order) {
    /** @type {Map<number, number>} */
    this.lastInto = new Map();
    /** @type {Map<number, number>} */
    this.lastOutOf = new Map();
    for (const [k, { node, input }] of order.entries()) {
      this.lastInto.set(input, graph.forwardCount + k + 1);
      this.lastOutOf.set(node, graph.forwardCount + k + 1);
    }
  }

  /** @param {number[]} nodes */
  into(nodes) {
    return Math.max(0, ...nodes.map((node) => this.lastInto.get(node) ?? 0));
  }

  /** @param {number[]} nodes */
  outOf(nodes) {
    return Math.max(0, ...nodes.map((node) => this.lastOutOf.get(node) ?? 0));
  }
}
