// @ts-check
// Attention as a board: each head's q, k, v, the shares p of every position, and what they mix.

/** @import { Board, BoardStep, Focus, Mark, Panel } from "./board.js" */
/** @import { Flow, Graph } from "./graph.js" */
/** @import { Figure } from "./net_figures.js" */

import { boards, cutNote, plainStep } from "./board.js";
import { slope, transposed } from "./net_math.js";
import { computed, Flows } from "./net_steps.js";
import { numberOf } from "./quantity.js";
import { formula } from "./writing.js";

/** @typedef {number[][]} Rows  of nodes, one for each position */
/** @typedef {"q" | "k" | "p" | "v" | "o"} Letter */
/** @typedef {Record<Letter, Rows>} Head */
/** @typedef {{x: Rows, heads: Head[]}} Data */

/** @type {Letter[]} */
const LETTERS = ["q", "k", "p", "v", "o"];
const MOST_HEADS = 4; // that are drawn

/** @implements {Board} */
export class Attention {
  /**
   * @param {Graph} graph
   * @param {Data} data
   * @param {Flow[]} order
   */
  constructor(graph, data, order) {
    this.graph = graph;
    this.heads = data.heads.slice(0, MOST_HEADS);
    this.count = data.heads.length;
    this.parameters = data.x.flat().filter((node) => graph.isLeaf(node));
    this.focus = { id: "p 0", cell: 0 };
    this.first = data.x.length ? [panelOf("x", "positions x", data.x)] : [];
    this.group = LETTERS.length;
    this.tiles = this.heads.flatMap((head, h) =>
      LETTERS.map((letter) => {
        const of = letter === "q" && this.heads.length > 1 ? `head ${h + 1}: ` : "";
        return [panelOf(`${letter} ${h}`, `${of}${letter}`, head[letter])];
      }),
    );
    const shares = (/** @type {Head} */ { p }, /** @type {number} */ h) =>
      panelOf(`p ${h}`, this.heads.length > 1 ? `head ${h + 1}: p` : "p", p);
    this.fewer = [this.heads.map((head, h) => [shares(head, h)])];
    this.steps = this.stepsOf(order);
    const product = `<mi>q</mi>${transposed("<mi>k</mi>")}<mo>/</mo><msqrt><mi>d</mi></msqrt>`;
    this.formulas = {
      forward: [
        formula(`<mi>p</mi><mo>=</mo><mi>softmax</mi><mo>(</mo>${product}<mo>)</mo>`),
        formula("<mi>o</mi><mo>=</mo><mi>p</mi><mspace width='0.2em'/><mi>v</mi>"),
      ].join(""),
      backward: formula(
        `${slope("<mi>v</mi>")}<mo>=</mo>${transposed("<mi>p</mi>")}${slope("<mi>o</mi>")}`,
      ),
    };
  }

  /**
   * The query, the key and the value that meet in a share; for the others, whom they meet.
   * @param {Focus} focus
   * @returns {Mark[]}
   */
  marks({ id, cell }) {
    const [letter, h] = id.split(" ");
    const own = [...this.first, ...this.tiles.flat()].find((panel) => panel.id === id);
    if (!own) return [];
    const [y, x] = [Math.floor(cell / own.columns), cell % own.columns];
    const row = (/** @type {string} */ other, /** @type {number} */ at) => {
      const panel = this.tiles.flat().find((each) => each.id === `${other} ${h}`);
      return { id: `${other} ${h}`, x: 0, y: at, width: panel?.columns ?? 0, height: 1 };
    };
    const here = { id, x, y, width: 1, height: 1 };
    if (letter === "p") return [here, row("q", y), row("k", x), row("v", x), row("o", y)];
    if (letter === "x") return [{ ...here, x: 0, width: own.columns }, ...this.rowsOf(y)];
    if (letter === "q") return [row("q", y), row("p", y), row("o", y)];
    if (letter === "o") return [here, row("p", y), this.column(h, x)];
    const shares = { id: `p ${h}`, x: y, y: 0, width: 1, height: this.heads[0].p.length };
    return [row(letter, y), shares];
  }

  /** What a position makes in every head. @param {number} y  @returns {Mark[]} */
  rowsOf(y) {
    const made = this.tiles.flat().filter(({ id }) => /^[qkv]/.test(id));
    return made.map(({ id, columns }) => ({ id, x: 0, y, width: columns, height: 1 }));
  }

  /** The numbers that one of o is a mixture of. @param {string} h  @param {number} x */
  column(h, x) {
    return { id: `v ${h}`, x, y: 0, width: 1, height: this.heads[0].v.length };
  }

  /** @param {number} node */
  quantity(node) {
    return numberOf(node, this.graph.names[node], this.graph.isLeaf(node));
  }

  /** @param {Focus} focus */
  said({ id, cell }) {
    const [letter, h] = id.split(" ");
    const { p, o } = this.heads[Number(h)];
    if (letter === "o") {
      const across = o[0].length;
      return `Head ${Number(h) + 1}, position ${Math.floor(cell / across) + 1}, number ${(cell % across) + 1} of o:`;
    }
    const [i, j] = [Math.floor(cell / p.length) + 1, (cell % p.length) + 1];
    return `Head ${Number(h) + 1}: position ${i} takes of the value of position ${j} the share`;
  }

  /** A row of q meets all keys; or a row of p all values. @param {Focus} focus  @returns {Figure[]} */
  figures({ id, cell }) {
    const [letter, h] = id.split(" ");
    const { q, k, v, p, o } = this.heads[Number(h)];
    const i = Math.floor(cell / (letter === "p" ? p.length : o[0].length));
    if (letter === "p") {
      return [
        this.figure("q", "", [q[i]]),
        this.figure("k", "·", k),
        this.figure("p", "→", [p[i]]),
      ];
    }
    return [this.figure("p", "", [p[i]]), this.figure("v", "·", v), this.figure("o", "=", [o[i]])];
  }

  /** @param {string} name  @param {string} sign  @param {Rows} rows  @returns {Figure} */
  figure(name, sign, rows) {
    const columns = Math.max(...rows.map((row) => row.length));
    const at = (/** @type {number} */ k) => {
      const node = rows[Math.floor(k / columns)][k % columns];
      return node === undefined ? null : this.quantity(node);
    };
    return { name, math: `<mi>${name}</mi>`, rows: rows.length, columns, at, sign };
  }

  /**
   * A position after another in each head: its shares, then the mixture; then the way back.
   * @param {Flow[]} order
   * @returns {BoardStep[]}
   */
  stepsOf(order) {
    const { graph, heads } = this;
    const flows = new Flows(graph, order);
    const all = (/** @type {Letter[]} */ ...letters) =>
      heads.flatMap((head) => letters.flatMap((letter) => head[letter].flat()));
    const [{ p: shares }] = heads;
    const causal = shares[0].length < shares.length;
    const keys = causal ? "the keys up to its own" : "each key";
    const positions = causal ? "itself and those before it" : "all positions";
    const said = heads.flatMap(({ p, o }, h) =>
      p.flatMap((row, i) => [
        {
          position: computed(graph, row),
          focus: { id: `p ${h}`, cell: i * p.length },
          words: `Head ${h + 1}: the query of position ${i + 1} meets ${keys}; softmax makes shares of that, which add up to 1.`,
        },
        {
          position: computed(graph, o[i]),
          focus: { id: `o ${h}`, cell: i * o[0].length },
          words: `Head ${h + 1}: position ${i + 1} receives the mixture of the values by these shares.`,
        },
      ]),
    );
    return [
      plainStep(
        0,
        `Every position asks ${positions}. Point at a cell to see what it has to do with the others.` +
          cutNote(heads.length, this.count, "heads"),
      ),
      ...said.sort((one, other) => one.position - other.position),
      plainStep(graph.forwardCount, "What comes after the heads is computed."),
      plainStep(flows.into(all("o")), "The gradients have come back to the mixtures o."),
      plainStep(flows.into(all("p", "v")), "They have come to the values v, and to the shares p."),
      plainStep(
        flows.into(all("q", "k")),
        "Through softmax they have come to the queries and the keys.",
      ),
      plainStep(graph.stepCount, "Every gradient is complete."),
    ];
  }
}

/** @param {string} id  @param {string} title  @param {Rows} rows  @returns {Panel} */
function panelOf(id, title, rows) {
  const columns = Math.max(...rows.map((row) => row.length));
  const node = (/** @type {number} */ k) => rows[Math.floor(k / columns)][k % columns] ?? null;
  return { id, title, rows: rows.length, columns, node };
}

boards.attention = (graph, data, order) => new Attention(graph, data, order);
