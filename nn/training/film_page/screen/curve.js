// @ts-check
// The loss of each epoch: on a logarithmic scale, where all are above 0.

import { draw } from "../../../../engine/explorer/page/screen/dom.js";
import { evenNumbers, lossMarks, short } from "../model/marks.js";
import { RATIO } from "../model/plane.js";

const [LEFT, RIGHT, ABOVE, BELOW] = [54, 16, 12, 26]; // margins
const ACROSS = 6; // numbers along the epochs

/**
 * The place among the epochs that a point of the picture lies at, from 0 to the last.
 * @param {number} x
 * @param {number} width
 * @param {number} last
 */
export const epochAt = (x, width, last) =>
  Math.max(0, Math.min(last, Math.round(((x - LEFT) / (width - LEFT - RIGHT)) * last)));

export class LossPicture {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    host.replaceChildren();
    this.svg = draw(host, "svg", { "aria-hidden": "true" });
  }

  /**
   * @param {number[]} epochs
   * @param {number[]} losses
   * @param {number[]} held  those of the samples that are held out; none, where there are none
   * @param {number} ratio  of height to width
   */
  layOut(epochs, losses, held, ratio = RATIO) {
    const { svg, host } = this;
    const width = host.clientWidth;
    const height = Math.round(width * ratio);
    host.style.height = `${height}px`;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren();
    const last = epochs[epochs.length - 1] || 1;
    const all = [...losses, ...held];
    const isLog = all.every((loss) => loss > 0);
    const scaled = (/** @type {number} */ loss) => (isLog ? Math.log10(loss) : loss);
    const heights = all.map(scaled).filter(Number.isFinite);
    const low = heights.reduce((a, b) => Math.min(a, b), Infinity);
    const high = heights.reduce((a, b) => Math.max(a, b), -Infinity);
    const bottom = height - BELOW;
    const x = (/** @type {number} */ epoch) => LEFT + ((width - LEFT - RIGHT) * epoch) / last;
    const y = (/** @type {number} */ loss) =>
      high > low ? bottom - ((bottom - ABOVE) * (scaled(loss) - low)) / (high - low) : bottom / 2;
    this.place = (/** @type {number} */ k) => ({ cx: x(epochs[k]), cy: y(losses[k]) });
    for (const loss of high > low ? lossMarks(low, high, isLog) : losses.slice(0, 1)) {
      draw(svg, "path", { class: "grid", d: `M${LEFT} ${y(loss)}H${width - RIGHT}` });
      draw(svg, "text", { x: LEFT - 8, y: y(loss) + 4, class: "mark end" }, String(short(loss)));
    }
    for (const epoch of evenNumbers(0, last, ACROSS).filter(Number.isInteger)) {
      draw(svg, "text", { x: x(epoch), y: height - 8, class: "mark middle" }, String(epoch));
    }
    for (const [numbers, look] of /** @type {const} */ ([
      [held, "curve held"],
      [losses, "curve"],
    ])) {
      const points = numbers.map((loss, k) => `${x(epochs[k]).toFixed(1)} ${y(loss).toFixed(1)}`);
      if (points.length) draw(svg, "path", { class: look, d: `M${points.join("L")}` });
    }
    this.cursor = draw(svg, "circle", { r: 5, class: "cursor" });
  }

  /** @param {number} k */
  show(k) {
    const place = this.place?.(k);
    this.cursor?.setAttribute("cx", String(place?.cx));
    this.cursor?.setAttribute("cy", String(place?.cy));
  }
}
