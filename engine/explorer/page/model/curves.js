// @ts-check
// An edge as SVG paths: its line, the tips of its arrows, and where its label stands.

/** @import { Place } from "./graph.js" */

/**
 * @typedef {object} Curve
 * @property {string} path
 * @property {string} tip  of the arrow forward, at the end
 * @property {string} backTip  of the arrow backward, at the beginning
 * @property {[number, number] | null} label
 */

/**
 * Graphviz's curve around what stands between: the label, the tip, then the Bézier points.
 * @param {number[]} points
 * @returns {Curve}
 */
export function routed([labelX, labelY, tipX, tipY, ...rest]) {
  const points = [];
  for (let k = 0; k < rest.length; k += 2) points.push([rest[k], rest[k + 1]]);
  const [lastX, lastY] = points[points.length - 1];
  const path = `M${points[0]}C${points.slice(1).join(" ")}L${tipX},${tipY}`;
  const angle = Math.atan2(tipY - lastY, tipX - lastX);
  const [[firstX, firstY], ...others] = points;
  const [nextX, nextY] = others.find(([x, y]) => x !== firstX || y !== firstY) ?? [tipX, tipY];
  const backward = Math.atan2(firstY - nextY, firstX - nextX);
  return {
    path,
    tip: arrow(tipX, tipY, angle),
    backTip: arrow(firstX, firstY, backward),
    label: [labelX, labelY],
  };
}

/**
 * From the right side of one card to the left side of another, or from below to above.
 * @param {Place} from
 * @param {Place} to
 * @param {boolean} [isDown]
 * @returns {Curve}
 */
export function straight(from, to, isDown = false) {
  const axis = isDown ? 1 : 0;
  const [begin, end] = [from[axis] + from[axis + 2] / 2, to[axis] - to[axis + 2] / 2];
  const bend = Math.max(24, Math.abs(end - begin) * 0.4);
  /** @type {(card: Place, along: number) => [x: number, y: number]} */
  const on = ([x, y], along) => (isDown ? [x, along] : [along, y]);
  const path = `M${on(from, begin)}C${on(from, begin + bend)} ${on(to, end - bend - 6)} ${on(to, end - 6)}`;
  const angle = (axis * Math.PI) / 2;
  return {
    path,
    tip: arrow(...on(to, end), angle),
    backTip: arrow(...on(from, begin), angle + Math.PI),
    label: null,
  };
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} angle
 */
function arrow(x, y, angle) {
  const corner = (/** @type {number} */ turn) =>
    [x - 8 * Math.cos(angle + turn), y - 8 * Math.sin(angle + turn)].map((n) => n.toFixed(1));
  return `M${x},${y}L${corner(0.42)}L${corner(-0.42)}Z`;
}
