// @ts-check
// A diagram in a board's picture: names, operations, gates, and the wires between them.

/** @import { Drawing } from "../model/board.js" */
/** @import { Box } from "../model/net_layout.js" */

import { draw } from "./dom.js";

const LINE = 13; // pixels from line to line
const LETTER = 6.5; // the width of one
const INK = { fill: "none", stroke: "currentColor", "stroke-width": 1.2 };

/**
 * Draws it, and returns what is to be marked of each part.
 * @param {SVGElement} svg
 * @param {Drawing} drawing
 * @param {Box} box
 * @param {number} scale  pixels of an inch
 */
export function drawDiagram(svg, { parts, wires, frame }, box, scale) {
  const [[left, low], [right, high]] = frame;
  const group = draw(svg, "g", { class: "cell-diagram" });
  const x = (/** @type {number} */ inches) => box.x + (inches - left + 0.9) * scale;
  const y = (/** @type {number} */ inches) => box.y + (high - inches + 0.7) * scale;
  draw(group, "rect", {
    x: x(left),
    y: y(high),
    width: (right - left) * scale,
    height: (high - low) * scale,
    rx: 14,
    ...INK,
    "stroke-opacity": 0.35,
  });
  const tip = (/** @type {string | [number, number]} */ end) =>
    typeof end === "string" ? [parts[end][1], parts[end][2]] : end;
  for (const [hasHead, way] of wires) {
    const points = way.map(tip);
    const target = way[way.length - 1];
    const origin = way[0];
    if (typeof origin === "string") shorten(points, 0, 1, reach(parts[origin], scale));
    else dot(group, x(origin[0]), y(origin[1]));
    if (typeof target === "string") {
      shorten(points, points.length - 1, points.length - 2, reach(parts[target], scale));
    } else dot(group, x(target[0]), y(target[1]));
    const path = points.map(([a, b], k) => `${k ? "L" : "M"}${x(a)},${y(b)}`).join("");
    draw(group, "path", { d: path, ...INK, "stroke-opacity": 0.7 });
    if (hasHead)
      head(
        group,
        points.slice(-2).map(([a, b]) => [x(a), y(b)]),
      );
  }
  /** @type {Map<string, SVGElement>} */
  const faces = new Map();
  for (const [name, part] of Object.entries(parts)) {
    const [text, across, up, shape] = part;
    const [width, height] = sizeOf(part, scale);
    if (width) {
      const place = { x: x(across) - width / 2, y: y(up) - height / 2, width, height };
      const face = draw(group, "rect", { ...place, rx: shape === "gate" ? 7 : height / 2, ...INK });
      faces.set(name, face);
    }
    for (const [k, line] of text.split("\n").entries()) {
      const down = (k - (text.split("\n").length - 1) / 2) * LINE + 4;
      draw(group, "text", { x: x(across), y: y(up) + down, "text-anchor": "middle" }, line);
    }
  }
  return faces;
}

/**
 * Width and height of what is drawn of a part; a gate is as wide as its words.
 * @param {Drawing["parts"][string]} part
 * @param {number} scale
 */
function sizeOf([text, , , shape], scale) {
  if (shape === "name") return [0, 0];
  if (shape === "operation") return [0.32 * scale, 0.32 * scale];
  const longest = Math.max(...text.split("\n").map((line) => line.length));
  return [Math.max(0.66 * scale, longest * LETTER + 10), 0.56 * scale];
}

/**
 * How far a wire ends from the middle of a part, in inches.
 * @param {Drawing["parts"][string]} part
 * @param {number} scale
 */
function reach(part, scale) {
  const [width, height] = sizeOf(part, scale);
  return width ? [width / 2 / scale, height / 2 / scale] : [0.28, 0.16];
}

/**
 * @param {number[][]} points
 * @param {number} end
 * @param {number} towards
 * @param {number[]} by
 */
function shorten(points, end, towards, [across, up]) {
  const [[a, b], [c, d]] = [points[end], points[towards]];
  const length = Math.hypot(c - a, d - b) || 1;
  const [right, high] = [(c - a) / length, (d - b) / length];
  points[end] = [a + right * across, b + high * up];
}

/** @param {SVGElement} parent  @param {number} cx  @param {number} cy */
const dot = (parent, cx, cy) => draw(parent, "circle", { cx, cy, r: 2.2, fill: "currentColor" });

/** @param {SVGElement} parent  @param {number[][]} ends */
function head(parent, [[a, b], [c, d]]) {
  const angle = (Math.atan2(d - b, c - a) * 180) / Math.PI;
  draw(parent, "path", {
    d: "M0,0L-7,-3.2L-7,3.2Z",
    fill: "currentColor",
    transform: `translate(${c} ${d}) rotate(${angle})`,
  });
}
