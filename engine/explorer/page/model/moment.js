// @ts-check
// The moment after so many steps: what is known, what is active, and the numbers that are shown.

/** @import { Computation } from "./computation.js" */
/** @import { Graph } from "./graph.js" */
/** @import { Pair } from "./sketch.js" */

import { digits } from "./digits.js";
import { isWrong } from "./faults.js";
import { sampleName } from "./samples.js";

export const DASH = "–"; // in place of a number that is not known yet

export class Moment {
  /**
   * @param {Graph} graph
   * @param {Computation} computed
   * @param {number} position
   * @param {boolean} asking  the step's result is to be guessed
   */
  constructor(graph, computed, position, asking) {
    this.graph = graph;
    this.computed = computed;
    this.position = position;
    this.asking = asking;
    const { steps, blocked } = computed;
    const isForward = position > 0 && position <= graph.forwardCount;
    this.made = Math.max(0, position - graph.forwardCount); // steps of the backward pass
    this.forward = isForward ? graph.forwardOrder[position - 1] : null;
    this.backward = this.made > 0 ? steps[this.made - 1] : null;
    this.flow = blocked ? null : this.backward; // where gradients flow at all
    /** @type {"start" | "forward" | "backward"} */
    this.phase = isForward ? "forward" : this.backward ? "backward" : "start";
    this.active = this.forward ?? this.flow?.input ?? null; // the node that changes
    this.sources = this.flow ? [this.flow.node] : [];
    if (this.forward !== null) this.sources = graph.inputs[this.forward];
    const made = steps.slice(0, blocked ? 0 : this.made);
    this.soFar = new Map(made.map((step) => [step.input, step.after]));
    this.flowed = new Set(made.map((step) => `${step.node} ${step.index}`));
  }

  /** @param {number} node */
  isReached(node) {
    return (this.graph.forwardPlace.get(node) ?? -1) < this.position;
  }

  /** @param {number} node */
  isKnown(node) {
    return this.isReached(node) && !Number.isNaN(this.computed.values[node]);
  }

  /** @param {number} node */
  hasFailed(node) {
    return this.computed.errors.has(node) && this.isReached(node);
  }

  /** Whether this step has no number to show. */
  get isBlocked() {
    if (this.forward !== null) return Number.isNaN(this.computed.values[this.forward]);
    return this.backward !== null && this.computed.blocked;
  }

  /** "sample 2", where the step belongs to one of several; "" elsewhere. */
  get sample() {
    const { graph, forward, flow } = this;
    if (forward !== null) return sampleName(graph, forward);
    return flow ? sampleName(graph, flow.node) || sampleName(graph, flow.input) : "";
  }

  /** The number that this step finds. */
  get result() {
    if (this.forward !== null) return this.computed.values[this.forward];
    return this.backward?.contribution ?? NaN;
  }

  /** @param {number} node */
  valueText(node) {
    if (this.asking && node === this.forward) return "?";
    if (!this.isReached(node)) return DASH;
    return this.isKnown(node) ? digits(this.computed.values[node]) : "none";
  }

  /** @param {number} node */
  gradientText(node) {
    if (this.asking && node === this.backward?.input) return "?";
    const gradient = this.soFar.get(node);
    if (gradient === undefined) return DASH;
    return `${this.isWrong(node) ? "✗ " : ""}${digits(gradient)}`;
  }

  /**
   * Whether a gradient is complete, and came out wrong on purpose.
   * @param {number} node
   */
  isWrong(node) {
    return isWrong(this.computed, node) && this.isComplete(node);
  }

  /**
   * The right number beside a wrong gradient; "" beside a right one.
   * @param {number} node
   */
  rightText(node) {
    return this.isWrong(node) ? `✓ ${digits(this.computed.trueGradients[node])}` : "";
  }

  /** @param {Pair} pair */
  partialText([node, index]) {
    if (!this.isKnown(node) || (this.asking && node === this.forward)) return "";
    if (this.graph.isConstant(this.graph.inputs[node][index])) return "";
    return digits(this.computed.partials[node][index]);
  }

  /**
   * Whether the step is along an edge.
   * @param {Pair[]} pairs
   */
  isAlong(pairs) {
    const { forward, flow } = this;
    if (forward !== null) return pairs.some(([node]) => node === forward);
    return pairs.some(([node, index]) => node === flow?.node && index === flow.index);
  }

  /** @param {Pair} pair */
  hasFlowed([node, index]) {
    return this.flowed.has(`${node} ${index}`);
  }

  /**
   * Whether all that flows into a leaf has arrived.
   * @param {number} leaf
   */
  isComplete(leaf) {
    const last = this.computed.steps.findLastIndex((step) => step.input === leaf);
    return this.soFar.has(leaf) && this.made > last;
  }
}
