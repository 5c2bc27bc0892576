// @ts-check
// The graph as Python wrote it into the page, and the order of both passes.

import { samplesOf } from "./samples.js";

const LEAF = -1;
const CONSTANT = -2;

/**
 * A rule of the table, written as JavaScript.
 * @typedef {object} Rule
 * @property {string} name
 * @property {string[]} names  of its inputs
 * @property {(Domain | null)[]} domain  of each input
 * @property {Condition | null} condition
 * @property {(...inputs: number[]) => number} value
 * @property {(output: number, ...inputs: number[]) => number[]} partials
 */

/** @typedef {{text: string, intervals: [number, number][]}} Domain */
/** @typedef {{text: string, holds: (...inputs: number[]) => boolean}} Condition */

/** @typedef {[text: string, math: string]} Template */

/**
 * How nodes of one kind are computed and written.
 * @typedef {object} Form
 * @property {number} rule
 * @property {string} symbol
 * @property {Template} operation
 * @property {Template[]} partials  along each input
 */

/** @typedef {number | string} Item  a node; or the path of a closed box, "" for all that is left out */

/**
 * A picture of the graph with some boxes open.
 * @typedef {object} View
 * @property {number} level  so many levels of boxes are open; -1: one box alone; -2: nets as layers;
 *   below: a board
 * @property {string} [title]  of a view that no level of boxes is
 * @property {{kind: string}} [board]
 * @property {string} path  of the box shown alone
 * @property {number} [cut]  so many nodes are left out, if any
 * @property {Record<number, string>} [names]  inside a neuron, the short ones
 * @property {number} layout
 * @property {Item[]} shapes
 * @property {string[]} frames  the paths of the open boxes
 * @property {number[][]} edges  from shape, to shape; between two nodes also the input's place
 */

/**
 * Where the shapes, frames and edges of a view stand, from left to right.
 * @typedef {object} Layout
 * @property {[number, number]} size
 * @property {Place[]} cards  each by its middle
 * @property {Place[]} frames  each by its corner
 * @property {boolean} [isDown]  then a label begins beside its edge; else it is centred at its place
 * @property {number[][]} curves
 * @property {Layout} [down]  the same from above downwards
 */

/** @typedef {[x: number, y: number, width: number, height: number]} Place */

/**
 * @typedef {object} PageData
 * @property {string[]} names
 * @property {number[]} labelled  1 where the name is the user's own
 * @property {number[]} kinds  a form, LEAF or CONSTANT
 * @property {Form[]} forms
 * @property {number[][]} inputs
 * @property {number[]} values
 * @property {(number[] | null)[]} partials  null: those of a dot product
 * @property {string[]} scopes
 * @property {number[]} scope  of each node
 * @property {string} title
 * @property {string} missing  a rule that could not be written as JavaScript
 * @property {Layout[]} layouts
 * @property {View[]} views
 * @property {number} view  that the page opens with
 * @property {string[]} levels  what the boxes of each are called: layers, neurons; "" for no word
 * @property {string} heading  a lecturer's title
 * @property {[step: number, markup: string][]} notes
 * @property {{z: number[], a: number[], activation: string}[][]} nets  of each sample, its layers
 */

/** @typedef {{node: number, input: number, index: number}} Flow  index -1: the output's own 1 */

export class Graph {
  /**
   * @param {PageData} data
   * @param {(Rule | null)[]} rules
   */
  constructor(data, rules) {
    this.data = data;
    this.rules = rules;
    this.names = data.names;
    this.inputs = data.inputs;
    this.values = data.values;
    this.partials = data.partials.map((own, node) => own ?? this.otherVector(node));
    this.views = data.views;
    this.count = data.names.length;
    this.output = this.count - 1;
    this.editable = !data.missing;
    this.nodes = [...data.names.keys()];
    this.leaves = this.nodes.filter((node) => this.isLeaf(node));
    this.forwardOrder = this.nodes.filter((node) => this.isOperation(node));
    this.forwardPlace = new Map(this.forwardOrder.map((node, place) => [node, place]));
    this.backwardOrder = this.flows();
    this.forwardCount = this.forwardOrder.length;
    this.stepCount = this.forwardCount + this.backwardOrder.length;
    this.samples = samplesOf(this);
  }

  /**
   * The local derivatives of a dot product: what each input is multiplied by.
   * @param {number} node
   */
  otherVector(node) {
    const inputs = this.inputs[node];
    const half = inputs.length / 2;
    return inputs.map((_, k) => this.values[inputs[(k + half) % inputs.length]]);
  }

  /** @param {number} node */
  isLeaf(node) {
    return this.data.kinds[node] === LEAF;
  }

  /** @param {number} node */
  isConstant(node) {
    return this.data.kinds[node] === CONSTANT;
  }

  /** @param {number} node */
  isOperation(node) {
    return this.data.kinds[node] >= 0;
  }

  /** @param {number} node */
  form(node) {
    return this.data.forms[this.data.kinds[node]];
  }

  /**
   * The rule of an operation, of a graph whose rules could all be written.
   * @param {number} node
   */
  rule(node) {
    return /** @type {Rule} */ (this.rules[this.form(node).rule]);
  }

  /** @param {number} node */
  ruleName(node) {
    const { rule, symbol } = this.form(node);
    return this.rules[rule]?.name ?? symbol;
  }

  /** @param {number} node */
  scopeOf(node) {
    return this.data.scopes[this.data.scope[node]];
  }

  /**
   * Call the nodes as a view does.
   * @param {View} view
   */
  nameAsIn(view) {
    this.names = Object.assign([...this.data.names], view.names);
  }

  /** Who uses each node. */
  users() {
    /** @type {Map<number, number[]>} */
    const users = new Map(this.nodes.map((node) => [node, []]));
    for (const node of this.nodes) {
      for (const input of this.inputs[node]) users.get(input)?.push(node);
    }
    return users;
  }

  /** The steps of the backward pass: every edge once, from the output to the leaves. */
  flows() {
    /** @type {Flow[]} */
    const flows = [{ node: this.output, input: this.output, index: -1 }];
    for (const node of [...this.nodes].reverse()) {
      for (const [index, input] of this.inputs[node].entries()) {
        if (!this.isConstant(input)) flows.push({ node, input, index });
      }
    }
    return flows;
  }
}
