// @ts-check
// The plot beside a leaf; its dot is dragged, or moved by the arrow keys, to nudge the leaf.

/** @import { Moment } from "../model/moment.js" */
/** @import { Plot } from "../model/plot.js" */

import { signed } from "../model/digits.js";
import { HEIGHT, nudgeReach, plotOf, WIDTH } from "../model/plot.js";
import { draw, set } from "./dom.js";

const KEYS = new Map([
  ["ArrowLeft", -1],
  ["ArrowDown", -1],
  ["ArrowRight", 1],
  ["ArrowUp", 1],
]);

export class LeafPlot {
  /**
   * @param {HTMLElement} host
   * @param {number} leaf
   * @param {string} name
   * @param {(delta: number | null) => void} onNudge  null: let go
   */
  constructor(host, leaf, name, onNudge) {
    this.leaf = leaf;
    this.onNudge = onNudge;
    /** @type {number | null} */
    this.delta = null;
    /** @type {Plot | null} */
    this.plot = null;
    /** @type {Moment | null} */
    this.moment = null;
    /** @type {unknown} */
    this.drawn = null; // the computation that is drawn
    this.isSeen = false;
    const title = "Drag to nudge, let go to return";
    const size = { width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}` };
    const look = { class: "plot", role: "slider", tabindex: 0, "aria-label": `Nudge ${name}` };
    this.svg = draw(host, "svg", { ...size, ...look });
    draw(this.svg, "title", {}, title);
    this.tangent = draw(this.svg, "path", { class: "tangent" });
    this.curve = draw(this.svg, "path", { class: "curve" });
    this.dot = draw(this.svg, "circle", { class: "dot", r: 4.5 });
    this.place();
    this.listen();
    new IntersectionObserver((seen) => {
      this.isSeen = seen[seen.length - 1].isIntersecting;
      this.redraw();
    }).observe(this.svg);
  }

  listen() {
    const { svg } = this;
    svg.addEventListener("pointerdown", (event) => {
      svg.setPointerCapture(event.pointerId);
      const from = event.clientX;
      svg.onpointermove = ({ clientX }) => this.nudge((clientX - from) / (WIDTH / 2));
    });
    for (const end of ["pointerup", "pointercancel", "blur"]) {
      svg.addEventListener(end, () => this.release());
    }
    svg.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const turn = KEYS.get(event.key);
      if (turn) this.nudge((this.delta ?? 0) / this.reach + turn / 10);
      else if (event.key === "Escape" && this.delta !== null) this.release();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  get reach() {
    return this.moment ? nudgeReach(this.moment.computed.start[this.leaf]) : 1;
  }

  /** @param {number} part  of the plot's reach */
  nudge(part) {
    if (!this.plot) return;
    const rounded = Math.round(100 * Math.min(Math.max(part, -1), 1)) / 100;
    this.delta = rounded * this.reach;
    this.place();
    this.onNudge(this.delta);
  }

  release() {
    this.svg.onpointermove = null;
    if (this.delta === null) return;
    this.delta = null;
    this.place();
    this.onNudge(null);
  }

  /**
   * @param {Moment} moment
   * @param {boolean} withTangent  not before the gradient is known
   */
  update(moment, withTangent) {
    this.moment = moment;
    set(this.tangent, "visibility", withTangent ? "visible" : "hidden");
    if (this.drawn !== moment.computed) requestAnimationFrame(() => this.redraw());
  }

  redraw() {
    if (!this.isSeen || !this.moment || this.drawn === this.moment.computed) return;
    this.drawn = this.moment.computed;
    this.plot = plotOf(this.moment.computed, this.leaf);
    set(this.curve, "d", this.plot?.curve ?? "");
    set(this.tangent, "d", this.plot?.tangent ?? "");
    this.place();
  }

  /** Put the dot where the leaf is. */
  place() {
    const place = this.plot?.at(this.delta ?? 0);
    set(this.dot, "visibility", place ? "visible" : "hidden");
    set(this.svg, "aria-valuenow", String(this.delta ?? 0));
    set(this.svg, "aria-valuetext", this.delta === null ? "not moved" : `Δ ${signed(this.delta)}`);
    if (!place) return;
    set(this.dot, "cx", place[0].toFixed(1));
    set(this.dot, "cy", Math.min(Math.max(place[1], 0), HEIGHT).toFixed(1));
  }
}
