// @ts-check
// A board: grids that belong together, what a cell of one has to do with the others, and its steps.

/** @import { Flow, Graph, View } from "./graph.js" */
/** @import { Moment } from "./moment.js" */
/** @import { Figure } from "./net_figures.js" */
/** @import { Quantity } from "./quantity.js" */
/** @import { Question } from "./questions.js" */
/** @import { Story, Shown } from "./stories.js" */

import { digits } from "./digits.js";
import { blockedWords } from "./sentences.js";
import { stories } from "./stories.js";
import { grouped } from "./text.js";

const BOARDS_LEVEL = -3;
const FEW_LEAVES = 24; // are listed all
const MOST_WORK = 100_000; // nodes that the curves beside the leaves may go through, for each point

/**
 * One grid of a board.
 * @typedef {object} Panel
 * @property {string} id
 * @property {string} title
 * @property {number} rows
 * @property {number} columns
 * @property {(k: number) => number | null} node  of a cell
 */

/** @typedef {{id: string, cell: number}} Focus  a cell of a panel */
/** @typedef {{id: string, x: number, y: number, width: number, height: number}} Mark  in cells */
/** @typedef {{position: number, focus: Focus | null, words: string}} BoardStep */

/**
 * Names, operations and gates with their places, in inches to the right and up.
 * @typedef {object} Drawing
 * @property {Record<string, [text: string, x: number, y: number, shape: "name" | "operation" | "gate"]>} parts
 * @property {[hasHead: boolean, way: (string | [number, number])[]][]} wires
 * @property {[[number, number], [number, number]]} frame
 */

/**
 * @typedef {object} Board
 * @property {Panel[]} first  beside which the tiles stand
 * @property {Panel[][]} tiles  of panels below one another
 * @property {Panel[][][]} [fewer]  the same with fewer panels, for less room
 * @property {number} [group]  so many of which are together, by default 1
 * @property {Drawing} [diagram]  above the tiles, where there is room
 * @property {(focus: Focus) => string[]} [parts]  of it that a cell is about
 * @property {Set<number>} [weights]  where it shows any
 * @property {number[]} parameters
 * @property {BoardStep[]} steps
 * @property {Focus} focus  at first
 * @property {(focus: Focus) => void} [look]  at another cell, where a panel depends on that
 * @property {(focus: Focus) => Mark[]} marks
 * @property {(focus: Focus) => Figure[]} figures
 * @property {{forward: string, backward: string}} formulas
 * @property {(node: number) => Quantity} quantity
 * @property {(focus: Focus) => string} said  of a cell of the result
 */

/** @type {Record<string, (graph: Graph, data: any, order: Flow[]) => Board>} */
export const boards = {};

/** @implements {Story} */
export class BoardStory {
  /**
   * @param {Graph} graph
   * @param {Shown} shown
   * @param {Flow[]} order
   * @param {View} view
   */
  constructor(graph, shown, order, { board }) {
    this.graph = graph;
    this.shown = { ...shown, neuron: null };
    this.board = boards[board?.kind ?? ""](graph, board, order);
    this.steps = later(this.board.steps, graph.stepCount);
    this.stops = this.steps.map(({ position }) => position);
    this.hasWeights = this.board.weights !== undefined;
    this.scope = "";
    /** @type {number | null} */
    this.picked = null;
  }

  /** @param {number} position */
  stepAt(position) {
    return this.steps[this.stops.findLastIndex((stop) => stop <= position)];
  }

  /** @param {number} position */
  focusAt(position) {
    const reached = this.steps.filter((step) => step.position <= position && step.focus);
    return reached[reached.length - 1]?.focus ?? this.board.focus;
  }

  get leaves() {
    const { graph, picked, board } = this;
    const all = graph.leaves.length <= FEW_LEAVES ? graph.leaves : [...new Set(board.parameters)];
    const most = Math.min(FEW_LEAVES, Math.ceil(MOST_WORK / graph.count));
    const others = all.slice(0, most).filter((leaf) => leaf !== picked);
    return picked === null ? others : [picked, ...others];
  }

  get hint() {
    const hidden = this.graph.leaves.length - this.leaves.length;
    return hidden ? `${grouped(hidden)} more: press a cell to change its number.` : null;
  }

  /** @param {Moment} moment */
  formulas({ isBlocked, phase }) {
    const { forward, backward } = this.board.formulas;
    return isBlocked ? "" : phase === "backward" ? backward : forward;
  }

  /** @param {Moment} moment */
  sentence(moment) {
    if (moment.isBlocked) return blockedWords(moment);
    return this.stepAt(moment.position).words || this.saidOf(this.focusAt(moment.position), moment);
  }

  /**
   * @param {Focus} focus
   * @param {Moment} moment
   */
  saidOf(focus, moment) {
    const node = this.nodeOf(focus);
    if (node === null) return "";
    return `${this.board.said(focus)} ${this.board.quantity(node).text(moment)}.`;
  }

  /** @param {Focus} focus */
  nodeOf({ id, cell }) {
    const { first, tiles } = this.board;
    return [...first, ...tiles.flat()].find((panel) => panel.id === id)?.node(cell) ?? null;
  }

  /**
   * One number of what a forward step computes; of a vector, the first.
   * @param {Moment} moment
   * @returns {Question | null}
   */
  question({ position, phase, computed, isBlocked }) {
    const { focus } = this.stepAt(position);
    if (!focus || phase !== "forward" || isBlocked) return null;
    const one = { id: focus.id, cell: Math.max(0, focus.cell) };
    const node = this.nodeOf(one);
    if (node === null) return null;
    const said = this.board.said(one);
    const truth = computed.values[node];
    const words = `${said} ${digits(truth)}`;
    return { kind: "layer", text: `Next: ${said} which number?`, truth, words, index: -1 };
  }

  /** @param {Moment} moment */
  figures({ position, isBlocked }) {
    return isBlocked ? [] : this.board.figures(this.focusAt(position));
  }
}

stories[BOARDS_LEVEL] = BoardStory;

/**
 * A step that looks at no cell.
 * @param {number} position
 * @param {string} words
 * @returns {BoardStep}
 */
export const plainStep = (position, words) => ({ position, focus: null, words });

/**
 * What to say where not all is drawn, after a sentence; "" where it is.
 * @param {number} shown
 * @param {number} all
 * @param {string} things
 */
export const cutNote = (shown, all, things) =>
  shown < all ? ` The first ${shown} of ${grouped(all)} ${things} are drawn.` : "";

/**
 * Only what comes after the steps before, up to the end of both passes.
 * @param {BoardStep[]} steps
 * @param {number} end
 */
function later(steps, end) {
  let latest = -1;
  const kept = steps.filter(({ position }) => {
    const isLater = position > latest;
    if (isLater) latest = position;
    return isLater;
  });
  kept[kept.length - 1].position = end;
  return kept;
}
