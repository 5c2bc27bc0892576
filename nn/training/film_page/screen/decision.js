// @ts-check
// What the model answers everywhere: a field, the line where two classes meet, the samples.

/** @import { Plane } from "../model/plane.js" */
/** @import { Grid, Palette } from "./paint.js" */

import { digits } from "../../../../engine/explorer/page/model/digits.js";
import { draw, make, set } from "../../../../engine/explorer/page/screen/dom.js";
import { Answers } from "../model/answer.js";
import { zeroLines } from "../model/contour.js";
import { evenNumbers } from "../model/marks.js";
import { RATIO } from "../model/plane.js";
import { css, paintClasses, paintShades, scaleOf } from "./paint.js";

const SIZE = 5; // of a sample's mark, from its middle
const FLAT = 1e-6; // what does not change more than this, of its size, has no line
const MARKS = 6; // numbers along an axis

export class DecisionPicture {
  /**
   * @param {HTMLElement} host
   * @param {Answers} answers
   * @param {Plane} plane
   * @param {number[][]} rows  two features, then the targets
   */
  constructor(host, answers, plane, rows) {
    this.host = host;
    this.answers = answers;
    this.plane = plane;
    this.rows = rows;
    this.canvas = make("canvas");
    host.replaceChildren(this.canvas);
    this.svg = draw(host, "svg", { "aria-hidden": "true" });
  }

  /**
   * Everything that stands still: the samples and the axes.
   * @param {Palette} colors
   */
  layOut(colors) {
    const { svg, host } = this;
    this.width = host.clientWidth;
    this.height = Math.round(this.width * RATIO);
    host.style.height = `${this.height}px`;
    svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    svg.replaceChildren();
    this.border = draw(svg, "path", { class: "border" });
    for (const [k, row] of this.rows.entries()) this.drawSample(row, k, colors);
    this.ring = draw(svg, "circle", { r: 9, class: "ring", visibility: "hidden" });
    this.drawAxes();
  }

  /** @param {number} x */
  across(x) {
    const { left, right } = this.plane;
    return ((x - left) / (right - left)) * (this.width ?? 0);
  }

  /** @param {number} y */
  down(y) {
    const { bottom, top } = this.plane;
    return ((top - y) / (top - bottom)) * (this.height ?? 0);
  }

  /**
   * The sample that flows, if one does.
   * @param {number | null} sample
   */
  mark(sample) {
    const [x, y] = this.rows[sample ?? 0];
    const ring = /** @type {Element} */ (this.ring);
    set(ring, "visibility", sample === null ? "hidden" : "visible");
    set(ring, "cx", String(this.across(x)));
    set(ring, "cy", String(this.down(y)));
  }

  /**
   * @param {number[]} row
   * @param {number} place
   * @param {Palette} colors
   */
  drawSample([x, y, ...target], place, { zero, low, high, groups }) {
    const { shade, group } = this.answers.lookOf(target);
    const end = group === null ? (shade < 0 ? low : high) : groups[group % groups.length];
    const share = group === null ? Math.abs(shade) : 1;
    const color = zero.map((part, c) => part + share * (end[c] - part));
    draw(this.svg, "path", {
      "data-sample": place,
      d: markOf(group ?? 0, this.across(x), this.down(y)),
      class: group === null ? "sample of-number" : "sample",
      fill: css(/** @type {[number, number, number]} */ (color)),
    });
  }

  drawAxes() {
    const { svg, plane, width = 0, height = 0 } = this;
    for (const x of evenNumbers(plane.left, plane.right, MARKS)) {
      const place = this.across(x);
      if (place < 20 || place > width - 40) continue;
      draw(svg, "text", { x: place, y: height - 6, class: "mark middle" }, digits(x));
    }
    for (const y of evenNumbers(plane.bottom, plane.top, MARKS)) {
      const place = this.down(y);
      if (place < 34 || place > height - 24) continue;
      draw(svg, "text", { x: 6, y: place + 4, class: "mark" }, digits(y));
    }
    draw(svg, "text", { x: width - 8, y: height - 6, class: "mark end axis" }, "x₁");
    draw(svg, "text", { x: 6, y: 18, class: "mark axis" }, "x₂");
  }

  /**
   * @param {Float32Array[]} outputs  of the model
   * @param {Grid} grid
   * @param {Palette} colors
   */
  showAnswers(outputs, grid, colors) {
    const { answers, canvas } = this;
    const [field] = outputs;
    if (answers.kind === "class") {
      const at = (/** @type {number} */ k) => Answers.likeliest(outputs.map((each) => each[k]));
      paintClasses(canvas, grid, at, colors);
    } else {
      paintShades(canvas, grid, (k) => answers.shadeOf(field[k]), colors);
    }
    const { border } = answers;
    set(
      /** @type {Element} */ (this.border),
      "d",
      border === null ? "" : this.line(field, border, grid),
    );
  }

  /**
   * What one neuron answers.
   * @param {Float32Array} field
   * @param {Grid} grid
   * @param {Palette} colors
   */
  showNeuron(field, grid, colors) {
    const scale = scaleOf(field);
    paintShades(this.canvas, grid, (k) => field[k] / scale, colors);
    set(/** @type {Element} */ (this.border), "d", this.line(field, 0, grid));
  }

  /**
   * Where a field has a number, as the data of a path.
   * @param {Float32Array} field
   * @param {number} number
   * @param {Grid} grid
   */
  line(field, number, { columns, rows }) {
    const [wide, high] = [(this.width ?? 0) / columns, (this.height ?? 0) / rows];
    const place = (/** @type {[number, number]} */ [x, y]) =>
      `${((x + 0.5) * wide).toFixed(1)} ${((y + 0.5) * high).toFixed(1)}`;
    const shifted = field.map((value) => value - number);
    const lines = zeroLines(shifted, columns, rows, FLAT * scaleOf(field));
    return lines.map(([from, to]) => `M${place(from)}L${place(to)}`).join("");
  }
}

/**
 * A disc, a triangle, a square, … around a place.
 * @param {number} group
 * @param {number} x
 * @param {number} y
 */
export function markOf(group, x, y) {
  const turns = [
    null,
    [-90, 30, 150],
    [45, 135, 225, 315],
    [0, 90, 180, 270],
    [90, 210, 330],
    [-90, -18, 54, 126, 198],
  ][group % 6];
  const r = group % 6 === 0 ? 0.85 * SIZE : 1.15 * SIZE;
  if (!turns) {
    const arc = `a${r} ${r} 0 1 0 `;
    return `M${(x - r).toFixed(1)} ${y.toFixed(1)}${arc}${2 * r} 0${arc}${-2 * r} 0`;
  }
  const corners = turns.map((turn) => {
    const angle = (turn * Math.PI) / 180;
    return `${(x + r * Math.cos(angle)).toFixed(1)} ${(y + r * Math.sin(angle)).toFixed(1)}`;
  });
  return `M${corners.join("L")}Z`;
}
