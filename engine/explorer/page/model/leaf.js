// @ts-check
// What is said of a leaf: which ones are listed, how far a slider reaches, how its gradient
// compares with the slope that is measured.

/** @import { Computation } from "./computation.js" */
/** @import { Graph } from "./graph.js" */
/** @import { Moment } from "./moment.js" */
/** @import { Sketch } from "./sketch.js" */

import { digits } from "./digits.js";
import { stepAt } from "./forward.js";
import { DASH } from "./moment.js";
import { inOrderOfCounting } from "./order.js";
import { grouped } from "./text.js";

const FEW_LEAVES = 24; // are listed all, more only where they are drawn
const MOST_LISTED = 100;

/**
 * @param {Graph} graph
 * @param {Sketch} sketch
 */
export function listedLeaves(graph, sketch) {
  const few = graph.leaves.length <= FEW_LEAVES;
  const isDrawn = (/** @type {number} */ leaf) => sketch.shapeOf.get(leaf)?.box === null;
  const listed = graph.leaves.filter((leaf) => few || isDrawn(leaf));
  return inOrderOfCounting(graph, listed).slice(0, MOST_LISTED);
}

/**
 * What stands above the list.
 * @param {Graph} graph
 * @param {number} listed
 */
export function hint(graph, listed) {
  if (!graph.editable) return "";
  const compared =
    "Each gradient is compared with the slope measured by moving the number a little.";
  const hidden = graph.leaves.length - listed;
  if (!hidden) return compared;
  const count = `${grouped(hidden)}${listed ? " more" : ""}`;
  const boxed =
    hidden === 1
      ? `${count} is in a closed box: open it to change its number`
      : `${count} are in closed boxes: open one to change its numbers`;
  return `${boxed}. ${compared}`;
}

/**
 * How far from zero a slider goes.
 * @param {number} value
 */
export const reachOf = (value) => roundUp(Math.max(2, 2 * Math.abs(value)));

/**
 * To 1, 2, 5 or 10 of a power of ten.
 * @param {number} x
 */
export function roundUp(x) {
  const unit = 10 ** Math.floor(Math.log10(x));
  return [1, 2, 5, 10].map((k) => k * unit).find((round) => round >= x) ?? x;
}

/**
 * The slope beside a gradient, and whether the two differ where both are known.
 * @param {number} leaf
 * @param {Moment} moment
 */
export function measured(leaf, moment) {
  const { graph, computed } = moment;
  const output = computed.values[graph.output];
  if (Number.isNaN(output)) return hiddenSlope();
  const slope = computed.slope(leaf);
  const gradient = computed.gradients[leaf];
  const size = Math.max(Math.abs(slope), Math.abs(gradient));
  const bar = roundingBar(computed, leaf);
  if (size < bar && gradient !== 0) return { text: "too small to measure", differs: false };
  const noise = 1e-8 * Math.max(1, Math.abs(output));
  const agrees = Math.abs(slope - gradient) <= 1e-4 * size + noise;
  const shown = `measured ${digits(Math.abs(slope) < bar ? 0 : slope)}`;
  if (!moment.isComplete(leaf)) return { text: shown, differs: false };
  if (agrees) return { text: `${shown} ✓`, differs: false };
  if (computed.fault) return { text: `${shown} differs`, differs: true };
  const why = "a kink or an edge is near, or a rule is wrong";
  return { text: `${shown} differs: ${why}`, differs: true };
}

/**
 * No slope below this can be told from the rounding of the two outputs that it is measured from.
 * @param {Computation} computed
 * @param {number} leaf
 */
function roundingBar({ values, start }, leaf) {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (8 * Number.EPSILON * largest) / stepAt(start[leaf]);
}

/** Where there is none, or where it would give a guess away. */
export const hiddenSlope = () => ({ text: `measured ${DASH}`, differs: false });
