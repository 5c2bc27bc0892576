// @ts-check
// A leaf moved a little: how each node changes, and what its local derivatives foretell of that.

/** @import { Computation } from "./computation.js" */
/** @import { Pair } from "./sketch.js" */

import { bracketed, signed } from "./digits.js";
import { evaluate } from "./forward.js";
import { row, table, wideRow } from "./markup.js";
import { DASH, Moment } from "./moment.js";
import { dependents } from "./plot.js";
import { MATH } from "./writing.js";

const MOST_ROWS = 10; // of the table
const MOST_TERMS = 2; // of a row

export class Nudge {
  /**
   * @param {Computation} computed
   * @param {number} leaf
   * @param {number} delta
   */
  constructor(computed, leaf, delta) {
    const { graph, start, partials } = computed;
    const moved = Float64Array.from(start);
    moved[leaf] += delta;
    this.graph = graph;
    this.computed = computed;
    this.leaf = leaf;
    this.delta = delta;
    this.moving = dependents(graph, leaf);
    this.values = evaluate(graph, moved).values;
    this.foretold = new Float64Array(graph.count); // Σ partial·Δ of the inputs: to first order
    this.foretold[leaf] = delta;
    for (const node of this.moving) {
      for (const [index, input] of graph.inputs[node].entries()) {
        this.foretold[node] += (partials[node][index] ?? NaN) * this.foretold[input];
      }
    }
    this.isMoving = new Set([leaf, ...this.moving]);
  }

  /**
   * Measured: the new value less the old one.
   * @param {number} node
   */
  change(node) {
    if (node === this.leaf) return this.delta;
    return this.values[node] - this.computed.values[node];
  }

  /**
   * What is foretold, where it reads otherwise than what is measured.
   * @param {number} node
   */
  foretoldText(node) {
    const [change, foretold] = [signed(this.change(node)), signed(this.foretold[node])];
    return change === foretold || Number.isNaN(this.foretold[node]) ? "" : foretold;
  }
}

/** What cards and edges show while a leaf is moved: Δ in place of values and gradients. */
export class NudgedMoment extends Moment {
  /** @param {Nudge} nudge */
  constructor(nudge) {
    super(nudge.graph, nudge.computed, nudge.graph.stepCount, false);
    this.nudge = nudge;
    const active = nudge.leaf;
    const step = { phase: "forward", forward: null, backward: null, flow: null };
    Object.assign(this, { ...step, active, sources: [] });
  }

  /**
   * @param {number} node
   * @override
   */
  valueText(node) {
    if (this.graph.isConstant(node)) return super.valueText(node);
    if (!this.nudge.isMoving.has(node)) return DASH;
    const change = this.nudge.change(node);
    return Number.isNaN(change) ? "none" : signed(change);
  }

  /**
   * @param {number} node
   * @override
   */
  gradientText(node) {
    const foretold = this.nudge.isMoving.has(node) ? this.nudge.foretoldText(node) : "";
    return foretold ? `≈ ${foretold}` : DASH;
  }

  /**
   * @param {Pair[]} pairs
   * @override
   */
  isAlong(pairs) {
    const { isMoving } = this.nudge;
    return pairs.some(
      ([node, index]) => isMoving.has(node) && isMoving.has(this.graph.inputs[node][index]),
    );
  }

  /** @override */
  isWrong() {
    return false;
  }

  /** @override */
  hasFlowed() {
    return false;
  }
}

/**
 * "Δw +0.1 → ΔL +0.19 ≈ +0.18"
 * @param {Nudge} nudge
 */
export function nudgeWords(nudge) {
  const { graph, leaf, delta } = nudge;
  const change = nudge.change(graph.output);
  const moved = `Δ${graph.names[leaf]} ${signed(delta)} → Δ${graph.names[graph.output]} `;
  if (Number.isNaN(change)) return `${moved}none: outside the domain`;
  const foretold = nudge.foretoldText(graph.output);
  return `${moved}${signed(change)}${foretold && ` ≈ ${foretold}`}`;
}

/**
 * How Δ travels, operation by operation, as HTML.
 * @param {Nudge} nudge
 */
export function nudgeTable(nudge) {
  const rows = nudge.moving.slice(0, MOST_ROWS).map((node) => rowOf(nudge, node));
  const more = nudge.moving.length - rows.length;
  if (more > 0) rows.push(wideRow(`and ${more} more`));
  return table(rows, "Δ, measured; and ≈ by the local derivatives");
}

/**
 * @param {Nudge} nudge
 * @param {number} node
 */
function rowOf(nudge, node) {
  const { graph, computed, foretold, isMoving } = nudge;
  const terms = graph.inputs[node].flatMap((input, index) =>
    isMoving.has(input) ? [[input, computed.partials[node][index]]] : [],
  );
  const products = terms
    .slice(0, MOST_TERMS)
    .map(([input, partial]) => [partial ?? NaN, foretold[input]].map(bracketed).join(" · "));
  if (terms.length > MOST_TERMS) products.push("…");
  const name = `<math><mo>Δ</mo>${MATH.name(graph.names[node])}</math>`;
  const change = nudge.change(node);
  const measured = Number.isNaN(change) ? "none" : signed(change);
  const rough = nudge.foretoldText(node);
  const approximate = rough && ` ≈ <span class="g">${rough}</span>`;
  const text = `<span class="v">${measured}</span>${approximate}`;
  return row(`${name} ≈ ${products.join(" + ")}`, text);
}
