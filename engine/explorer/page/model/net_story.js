// @ts-check
// The layers view of a session: which sample, which neuron, its steps and the leaves it lists.

/** @import { Flow, Graph } from "./graph.js" */
/** @import { Moment } from "./moment.js" */
/** @import { Shown } from "./stories.js" */

import { Net } from "./net.js";
import { layerColumns, neuronColumns } from "./net_columns.js";
import { figuresOf } from "./net_figures.js";
import { netQuestion } from "./net_questions.js";
import { layerSteps, neuronSteps } from "./net_steps.js";
import { netFormulas, netSentence, neuronSentence } from "./net_words.js";
import { inOrderOfCounting } from "./order.js";
import { blockedWords } from "./sentences.js";
import { stories } from "./stories.js";
import { grouped } from "./text.js";

export const LAYERS_LEVEL = -2;
const FEW_LEAVES = 24; // are listed all

/** @type {Shown} */
export const WHOLE_NET = { sample: 0, neuron: null };

export class NetStory {
  /**
   * @param {Graph} graph
   * @param {Shown} shown
   * @param {Flow[]} order  of the backward pass
   */
  constructor(graph, shown, order) {
    this.graph = graph;
    this.shown = shown;
    this.hasWeights = true;
    this.net = new Net(graph, shown.sample);
    const { neuron } = shown;
    this.steps = neuron ? neuronSteps(this.net, neuron, order) : layerSteps(this.net, order);
    this.stops = this.steps.map(({ position }) => position);
    this.columns = neuron ? neuronColumns(this.net, neuron) : layerColumns(this.net);
    /** @type {number | null} */
    this.picked = null; // a leaf whose cell was pressed
  }

  /** @param {number} position */
  stepAt(position) {
    return this.steps[this.stops.findLastIndex((stop) => stop <= position)];
  }

  /** The leaves that can be changed here: all where they are few; else those that are in sight. */
  get leaves() {
    const { graph, picked } = this;
    const few = graph.leaves.length <= FEW_LEAVES;
    const listed = inOrderOfCounting(graph, few ? graph.leaves : this.leavesInSight());
    const others = listed.filter((leaf) => leaf !== picked);
    return picked === null ? others : [picked, ...others];
  }

  leavesInSight() {
    const { net, graph, shown } = this;
    const inputs = net.inputs.filter((node) => graph.isLeaf(node));
    const found = inputs.length <= FEW_LEAVES ? inputs : [];
    if (!shown.neuron) return found;
    const { weights, biases } = net.layers[shown.neuron.layer];
    const own = [...weights[shown.neuron.row], biases[shown.neuron.row]];
    const isFirst = shown.neuron.layer === 0;
    return own.length <= FEW_LEAVES
      ? [...(isFirst ? found : []), ...own]
      : [...found, own[own.length - 1]];
  }

  /** What stands above the list of leaves. */
  get hint() {
    const hidden = this.graph.leaves.length - this.leaves.length;
    if (!this.graph.editable || !hidden) return null;
    const where = this.shown.neuron ? "a cell" : "a neuron, or a cell of a grid";
    return `${grouped(hidden)} more: press ${where} to change its numbers.`;
  }

  /** @param {Moment} moment */
  formulas({ position, isBlocked }) {
    const step = this.stepAt(position);
    return this.shown.neuron || isBlocked ? "" : netFormulas(this.net, step);
  }

  /** @param {Moment} moment */
  sentence(moment) {
    const step = this.stepAt(moment.position);
    if (moment.isBlocked) return blockedWords(moment);
    const { neuron } = this.shown;
    if (neuron) return neuronSentence(this.net, neuron, step, moment);
    return netSentence(this.net, step, moment);
  }

  /** @param {Moment} moment */
  question(moment) {
    const step = this.stepAt(moment.position);
    return moment.isBlocked ? null : netQuestion(this.net, this.shown.neuron, step, moment);
  }

  /** @param {Moment} moment */
  figures({ position, isBlocked }) {
    return isBlocked ? [] : figuresOf(this.net, this.stepAt(position));
  }

  /** The scope of the neuron that is shown, which opens to every operation. */
  get scope() {
    const { neuron } = this.shown;
    return neuron ? this.graph.scopeOf(this.net.layers[neuron.layer].z[neuron.row]) : "";
  }
}

stories[LAYERS_LEVEL] = NetStory;
