// @ts-check
// The edges between two columns of a net: a weight's sign and size, or plain lines.

/** @import { Box, Standing } from "../model/net_layout.js" */

import { draw, set } from "./dom.js";

const [MANY, MOST] = [60, 900]; // edges that are drawn lightly, and at all

/** @typedef {{line: SVGElement, leaf: number | null}} Edge */

export class Edges {
  /**
   * @param {Standing} from
   * @param {Standing} to
   * @param {SVGElement} svg
   */
  constructor(from, to, svg) {
    const pairs = pairsOf(from, to);
    this.layer = to.column.layer?.number ?? null;
    this.widest = pairs.length > MANY ? 1.3 : 3;
    const group = draw(svg, "g", { class: pairs.length > MANY ? "many" : "" });
    /** @type {Edge[]} */
    this.edges = pairs.map(([start, end, leaf]) => ({ line: straight(group, start, end), leaf }));
  }

  /**
   * @param {ArrayLike<number>} values
   * @param {boolean} isActive
   */
  update(values, isActive) {
    const weights = this.edges.map(({ leaf }) => (leaf === null ? 0 : Math.abs(values[leaf])));
    const largest = Math.max(0, ...weights) || 1;
    for (const [k, { line, leaf }] of this.edges.entries()) {
      const sign = leaf === null ? "plain" : values[leaf] < 0 ? "negative" : "positive";
      set(line, "class", `net-edge ${sign}${isActive ? " active" : ""}`);
      const width = leaf === null ? 1.2 : 0.4 + this.widest * (weights[k] / largest);
      set(line, "stroke-width", width.toFixed(2));
    }
  }
}

/**
 * @param {SVGElement} group
 * @param {Box} from
 * @param {Box} to
 */
const straight = (group, from, to) =>
  draw(group, "line", {
    x1: from.x + from.width,
    y1: from.y + from.height / 2,
    x2: to.x,
    y2: to.y + to.height / 2,
  });

/**
 * @param {Standing} from
 * @param {Standing} to
 * @returns {[start: Box, end: Box, leaf: number | null][]}
 */
function pairsOf(from, to) {
  const { edges, layer } = to.column;
  const ends = to.boxes.map((box, k) => to.images[k] ?? box);
  const isEach = edges === "each";
  const count = isEach ? ends.length : from.boxes.length * ends.length;
  if (from.look === "cells" || to.look === "cells" || count > MOST) return [];
  if (isEach) return from.boxes.map((box, k) => [box, ends[k], null]);
  return ends.flatMap((end, j) =>
    from.boxes.map(
      (box, i) =>
        /** @type {[Box, Box, number | null]} */ ([box, end, layer?.weights[j][i] ?? null]),
    ),
  );
}
