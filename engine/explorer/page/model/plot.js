// @ts-check
// A small plot of the output against one leaf, with its tangent: the gradient is its slope.

/** @import { Computation } from "./computation.js" */
/** @import { Graph } from "./graph.js" */

import { roundUp } from "./leaf.js";

export const WIDTH = 96;
export const HEIGHT = 58;
const HALF = 20; // points on either side of the number
const MARGIN = 4;
const MOST_OPERATIONS = 5000; // are computed anew for each point

/**
 * @typedef {object} Plot
 * @property {string} curve  as SVG paths, with gaps where the output has no number
 * @property {string} tangent
 * @property {(delta: number) => [number, number] | null} at  where a point of the curve is drawn
 */

/**
 * How far a plot goes, and a nudge, on either side of a number.
 * @param {number} x
 */
export const nudgeReach = (x) => roundUp(Math.max(1, Math.abs(x)));

/**
 * The operations whose numbers depend on a leaf, in the order of computation.
 * @param {Graph} graph
 * @param {number} leaf
 */
export function dependents(graph, leaf) {
  const moving = new Set([leaf]);
  for (const node of graph.forwardOrder) {
    if (graph.inputs[node].some((input) => moving.has(input))) moving.add(node);
  }
  moving.delete(leaf);
  return [...moving];
}

/**
 * The output as a function of one leaf; NaN where it has no number.
 * @param {Computation} computed
 * @param {number} leaf
 */
export function outputAlong({ graph, values }, leaf) {
  const moving = dependents(graph, leaf);
  if (moving.length > MOST_OPERATIONS) return null;
  const scratch = Float64Array.from(values);
  return (/** @type {number} */ x) => {
    scratch[leaf] = x;
    for (const node of moving) {
      const value = graph.rule(node).value(...graph.inputs[node].map((input) => scratch[input]));
      scratch[node] = Number.isFinite(value) ? value : NaN;
    }
    return scratch[graph.output];
  };
}

/**
 * The plot around the number that a leaf has; null where there is nothing to draw.
 * @param {Computation} computed
 * @param {number} leaf
 * @returns {Plot | null}
 */
export function plotOf(computed, leaf) {
  const output = outputAlong(computed, leaf);
  if (!output) return null;
  const x = computed.start[leaf];
  const reach = nudgeReach(x);
  const deltas = Array.from({ length: 2 * HALF + 1 }, (_, k) => (reach * (k - HALF)) / HALF);
  const ys = deltas.map((delta) => output(x + delta));
  const window = windowOf(ys);
  if (!window) return null;
  const [low, high] = window;
  const across = (/** @type {number} */ delta) => (WIDTH / 2) * (1 + delta / reach);
  const down = (/** @type {number} */ y) =>
    HEIGHT - MARGIN - ((HEIGHT - 2 * MARGIN) * (y - low)) / (high - low);
  const at = (/** @type {number} */ delta) => {
    const y = output(x + delta);
    return Number.isNaN(y) ? null : /** @type {[number, number]} */ ([across(delta), down(y)]);
  };
  const points = ys.map((y, k) => /** @type {[number, number]} */ ([across(deltas[k]), down(y)]));
  return { curve: curveOf(points), tangent: tangentOf(computed, leaf, reach, across, down), at };
}

/**
 * The lowest and the highest that is drawn: a pole runs out of the picture.
 * @param {number[]} ys
 */
function windowOf(ys) {
  const finite = ys.filter((y) => !Number.isNaN(y)).sort((a, b) => a - b);
  if (!finite.length) return null;
  const quantile = (/** @type {number} */ q) => finite[Math.round(q * (finite.length - 1))];
  const spread = quantile(0.9) - quantile(0.1);
  const low = Math.max(finite[0], quantile(0.1) - spread);
  const high = Math.min(finite[finite.length - 1], quantile(0.9) + spread);
  const least = 1e-12 * Math.max(Math.abs(low), Math.abs(high), 1e-290);
  if (high - low > least) return [low, high];
  const half = Math.max(1, Math.abs(low) / 2);
  return [low - half, low + half];
}

/** @param {[number, number][]} points */
function curveOf(points) {
  let path = "";
  /** @type {[number, number] | null} */
  let before = null;
  for (const [x, y] of points) {
    const isGap = Number.isNaN(y);
    const leaps = before !== null && isOutside(y) && isOutside(before[1]) && y * before[1] < 0;
    if (!isGap) path += `${before && !leaps ? "L" : "M"}${x.toFixed(1)},${clamped(y).toFixed(1)}`;
    before = isGap ? null : [x, y];
  }
  return path;
}

/** @param {number} y */
const isOutside = (y) => y < 0 || y > HEIGHT;

/** @param {number} y */
const clamped = (y) => Math.min(Math.max(y, -1000), 1000);

/**
 * @param {Computation} computed
 * @param {number} leaf
 * @param {number} reach
 * @param {(delta: number) => number} across
 * @param {(y: number) => number} down
 */
function tangentOf({ graph, values, gradients, blocked }, leaf, reach, across, down) {
  const y = values[graph.output];
  if (blocked || Number.isNaN(y)) return "";
  const [left, right] = [-reach, reach].map((delta) => {
    const end = clamped(down(y + gradients[leaf] * delta));
    return `${across(delta).toFixed(1)},${end.toFixed(1)}`;
  });
  return `M${left}L${right}`;
}
