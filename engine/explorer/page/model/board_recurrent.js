// @ts-check
// A recurrent layer as a board: its cell, and its steps in a row, with x below and h above.

/** @import { Board, BoardStep, Drawing, Focus, Mark, Panel } from "./board.js" */
/** @import { Flow, Graph } from "./graph.js" */
/** @import { Moment } from "./moment.js" */
/** @import { Figure } from "./net_figures.js" */

import { boards, cutNote, plainStep } from "./board.js";
import { DASH } from "./moment.js";
import { slope } from "./net_math.js";
import { subscript } from "./net_names.js";
import { computed, Flows } from "./net_steps.js";
import { numberOf } from "./quantity.js";
import { formula } from "./writing.js";

/** @typedef {Record<string, (number | null)[]>} Step  the vectors by their letters */
/** @typedef {{cell: "LSTM" | "GRU" | "RNN", activation: string, steps: Step[], diagram: Drawing}} Data */

const MOST_STEPS = 12; // that are drawn

/** From above to below. */
const LETTERS = { LSTM: "hcogifx", GRU: "hnzrx", RNN: "hx" };

/** @type {Record<string, string>} */
const WORDS = {
  f: "the gate f says how much of each c is kept.",
  i: "the gate i says how much of each g is taken.",
  g: "what is new for c.",
  o: "the gate o says how much of each tanh(c) is shown.",
  c: "what was kept, and what is new.",
  r: "the gate r says how much of the h before is looked at.",
  z: "the gate z says how much of the h before is kept.",
  n: "what is new for h.",
  h: "the new h, which the next step begins with.",
};

/** Parts of the diagram that a vector comes out of. @type {Record<string, string[]>} */
const PARTS = {
  LSTM: ["add", "show"],
  GRU: ["", "add"],
  RNN: ["", "cell"],
};

/** What is computed from what, with the signs before; h′ is that of the step before. */
const SUMS = {
  LSTM: { c: ["|f", "·|c′", "+|i", "·|g", "=|c"], h: ["|o", "· tanh|c", "=|h"] },
  GRU: { h: ["(1 −|z", ") ·|n", "+|z", "·|h′", "=|h"] },
  RNN: {},
};

/** @implements {Board} */
export class Recurrent {
  /**
   * @param {Graph} graph
   * @param {Data} data
   * @param {Flow[]} order
   */
  constructor(graph, data, order) {
    this.graph = graph;
    this.data = data;
    this.letters = [...LETTERS[data.cell]];
    this.parameters = data.steps.flatMap(({ x }) => known(x)).filter((node) => graph.isLeaf(node));
    this.focus = { id: "h 0", cell: 0 };
    /** @type {Panel[]} */
    this.first = [];
    this.tiles = this.tilesOf(this.letters);
    this.fewer = [this.tilesOf(["h", "c", "x"]), this.tilesOf(["h", "x"])];
    this.group = this.tiles.length;
    /** @type {Map<number, Focus>} */
    this.places = new Map();
    for (const { id, columns, node } of this.tiles.flat()) {
      for (let cell = 0; cell < columns; cell += 1) {
        const own = node(cell);
        if (own !== null) this.places.set(own, { id, cell });
      }
    }
    this.steps = this.stepsOf(order);
    this.formulas = formulasOf(data);
    this.diagram = data.diagram;
  }

  /** A tile for each step. @param {string[]} letters */
  tilesOf(letters) {
    const own = letters.filter((letter) => this.letters.includes(letter));
    return this.data.steps
      .slice(0, MOST_STEPS)
      .map((step, t) => own.map((letter) => panelOf(step, letter, t)));
  }

  /** The parts of the diagram that a focus is about. @param {Focus} focus */
  parts({ id }) {
    const [c, h] = PARTS[this.data.cell];
    const letter = id[0];
    return [letter === "h" ? h : letter === "c" ? c : letter];
  }

  /**
   * A number and those that it is made of; without a cell, all of a vector.
   * @param {Focus} focus
   * @returns {Mark[]}
   */
  marks({ id, cell }) {
    const [letter, t] = id.split(" ");
    const cells = cell < 0 ? [...this.data.steps[Number(t)][letter].keys()] : [cell];
    /** @type {Map<string, Mark>} */
    const marks = new Map();
    for (const each of cells) {
      const node = this.nodeAt({ id, cell: each });
      if (node === null) continue;
      for (const place of [{ id, cell: each }, ...this.madeOf(node)]) {
        const mark = { id: place.id, x: place.cell, y: 0, width: 1, height: 1 };
        marks.set(`${place.id} ${place.cell}`, mark);
      }
    }
    return [...marks.values()];
  }

  /** @param {Focus} focus */
  nodeAt({ id, cell }) {
    const [letter, t] = id.split(" ");
    return this.data.steps[Number(t)][letter][cell] ?? null;
  }

  /** The nearest numbers on the board that a node is computed from. @param {number} node */
  madeOf(node) {
    /** @type {Set<Focus>} */
    const found = new Set();
    const seen = new Set();
    const open = [...this.graph.inputs[node]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const place = this.places.get(next);
      if (place) found.add(place);
      else if (!seen.has(next)) open.push(...this.graph.inputs[next]);
      seen.add(next);
    }
    return [...found];
  }

  /**
   * Known with all of its vector, as the steps tell it: a graph may be computed unit by unit. What
   * a layer is given is known one by one.
   * @param {number} node
   */
  quantity(node) {
    const own = numberOf(node, this.graph.names[node], this.graph.isLeaf(node));
    const [letter, t] = this.places.get(node)?.id.split(" ") ?? [];
    const last =
      letter && letter !== "x" ? Math.max(...known(this.data.steps[Number(t)][letter])) : node;
    const isKnown = (/** @type {Moment} */ moment) => moment.isReached(last);
    const text = (/** @type {Moment} */ moment) => (isKnown(moment) ? own.text(moment) : DASH);
    return { ...own, isKnown, text };
  }

  /** @param {Focus} focus */
  said({ id, cell }) {
    const [letter, t] = id.split(" ");
    return `Step ${Number(t) + 1}: ${letter}${subscript(cell + 1)} is`;
  }

  /** @param {Focus} focus  @returns {Figure[]} */
  figures({ id }) {
    const [letter, at] = id.split(" ");
    const t = Number(at);
    /** @type {Record<string, string[]>} */
    const sums = SUMS[this.data.cell];
    return (sums[letter] ?? ["|x", "|h′", `→|${letter}`]).flatMap((term) => {
      const [sign, name] = term.split("|");
      const step = this.data.steps[name.endsWith("′") ? t - 1 : t];
      return step ? [this.figure(name, sign, step[name[0]])] : [];
    });
  }

  /** @param {string} name  @param {string} sign  @param {(number | null)[]} vector  @returns {Figure} */
  figure(name, sign, vector) {
    const letter = `<mi>${name[0]}</mi>`;
    const math = name.endsWith("′") ? `<msup>${letter}<mo>′</mo></msup>` : letter;
    const at = (/** @type {number} */ k) => (vector[k] === null ? null : this.quantity(vector[k]));
    return { name, math, rows: vector.length, columns: 1, at, sign };
  }

  /**
   * A vector after another, step by step; then the gradients of the states, from the last to the first.
   * @param {Flow[]} order
   * @returns {BoardStep[]}
   */
  stepsOf(order) {
    const { graph, data, letters } = this;
    const flows = new Flows(graph, order);
    const drawn = data.steps.slice(0, MOST_STEPS);
    const forward = drawn.flatMap((step, t) =>
      letters.slice(0, -1).map((letter) => ({
        position: computed(graph, known(step[letter])),
        focus: { id: `${letter} ${t}`, cell: -1 },
        words: `Step ${t + 1}: ${WORDS[letter]}`,
      })),
    );
    const backward = drawn.map(({ h, c = [] }, t) => ({
      position: flows.into([...known(h), ...known(c)]),
      focus: { id: `h ${t}`, cell: -1 },
      words: `Step ${t + 1}: the gradient has come back to its state, and flows on to the step before.`,
    }));
    return [
      plainStep(
        0,
        "Each step reads its x and the state of the step before. Point at a number to see what it is made of." +
          cutNote(drawn.length, data.steps.length, "steps"),
      ),
      ...forward.sort((one, other) => one.position - other.position),
      plainStep(graph.forwardCount, "What comes after the steps is computed."),
      ...backward.sort((one, other) => one.position - other.position),
      plainStep(
        graph.stepCount,
        "Every gradient is complete: each weight has gathered those of all steps.",
      ),
    ];
  }
}

/** @param {(number | null)[]} vector */
const known = (vector) => vector.filter((node) => node !== null);

/** @param {Step} step  @param {string} letter  @param {number} t  @returns {Panel} */
function panelOf(step, letter, t) {
  const node = (/** @type {number} */ k) => step[letter][k] ?? null;
  const title = letter + subscript(t + 1);
  return { id: `${letter} ${t}`, title, rows: 1, columns: step[letter].length, node };
}

/** @param {Data} data */
function formulasOf({ cell, activation }) {
  const now = (/** @type {string} */ letter) => `<msub><mi>${letter}</mi><mi>t</mi></msub>`;
  const before = (/** @type {string} */ letter) =>
    `<msub><mi>${letter}</mi><mrow><mi>t</mi><mo>−</mo><mn>1</mn></mrow></msub>`;
  const sum = `<mi>W</mi>${now("x")}<mo>+</mo><mi>U</mi>${before("h")}<mo>+</mo><mi>b</mi>`;
  const is = "<mo>=</mo>";
  const forward = {
    LSTM: [
      `${now("c")}${is}<mi>f</mi><mo>·</mo>${before("c")}<mo>+</mo><mi>i</mi><mo>·</mo><mi>g</mi>`,
      `${now("h")}${is}<mi>o</mi><mo>·</mo><mi>tanh</mi><mo>(</mo>${now("c")}<mo>)</mo>`,
    ],
    GRU: [
      `${now("h")}${is}<mo>(</mo><mn>1</mn><mo>−</mo><mi>z</mi><mo>)</mo><mo>·</mo><mi>n</mi><mo>+</mo><mi>z</mi><mo>·</mo>${before("h")}`,
    ],
    RNN: [`${now("h")}${is}<mi>${activation}</mi><mo>(</mo>${sum}<mo>)</mo>`],
  };
  const through = `<mfrac><mrow><mo>∂</mo>${now("h")}</mrow><mrow><mo>∂</mo>${before("h")}</mrow></mfrac>`;
  return {
    forward: forward[cell].map(formula).join(""),
    backward: formula(`${slope(before("h"))}${is}${slope(now("h"))}${through}<mo>+</mo><mo>…</mo>`),
  };
}

boards.recurrent = (graph, data, order) => new Recurrent(graph, data, order);
