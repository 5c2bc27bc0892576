// @ts-check
// An edge between two shapes: its line, its arrow, and the local derivative that it carries.

/** @import { Layout } from "../model/graph.js" */
/** @import { Moment } from "../model/moment.js" */
/** @import { Edge } from "../model/sketch.js" */

import { brief } from "../model/brief.js";
import { routed, straight } from "../model/curves.js";
import { draw, make, set } from "./dom.js";

export class EdgeLine {
  /**
   * @param {Edge} edge
   * @param {number} place  among the view's edges
   * @param {Layout} layout
   * @param {SVGElement} lines
   * @param {HTMLElement} world
   */
  constructor(edge, place, layout, lines, world) {
    const { cards, curves, isDown } = layout;
    const { path, tip, backTip, label } = curves[place]
      ? routed(curves[place])
      : straight(cards[edge.source.place], cards[edge.result.place], isDown);
    this.edge = edge;
    this.group = draw(lines, "g", { class: "edge" });
    this.line = draw(this.group, "path", { class: "line", d: path });
    this.tip = draw(this.group, "path", { class: "tip", d: tip });
    this.tips = { forward: tip, backward: backTip };
    /** @type {HTMLElement | null} */
    this.label = null;
    if (label) {
      this.label = make("span", { id: `edge-${edge.pairs[0].join("-")}` });
      this.label.style.left = `${label[0]}px`;
      this.label.style.top = `${label[1]}px`;
      if (isDown) this.label.style.transform = "translateY(-50%)";
      world.append(this.label);
    }
  }

  /**
   * @param {Moment} moment
   * @param {number} largestWeight  of all edges
   */
  update(moment, largestWeight) {
    const kind = this.kind(moment);
    set(this.group, "class", `edge ${kind}`.trim());
    set(this.tip, "d", this.tips[this.isBackward(moment) ? "backward" : "forward"]);
    set(this.line, "stroke-width", this.width(moment, kind, largestWeight).toFixed(2));
    if (!this.label) return;
    set(this.label, "text", brief(moment.partialText(this.edge.pairs[0])));
    set(this.label, "class", kind === "active" ? "partial active" : "partial");
  }

  /** @param {Moment} moment */
  kind(moment) {
    const { pairs, weight } = this.edge;
    if (moment.isAlong(pairs)) return "active";
    if (weight !== null) return moment.computed.values[weight] < 0 ? "negative" : "positive";
    return pairs.every((pair) => moment.hasFlowed(pair)) ? "done" : "";
  }

  /**
   * Whether a gradient flows along it, or has flowed: it goes against the arrow of the values.
   * @param {Moment} moment
   */
  isBackward(moment) {
    const { pairs } = this.edge;
    const isActive = moment.isAlong(pairs) && moment.forward === null;
    return isActive || pairs.some((pair) => moment.hasFlowed(pair));
  }

  /**
   * By the size of the weight, or of the gradient that has flowed.
   * @param {Moment} moment
   * @param {string} kind
   * @param {number} largestWeight
   */
  width(moment, kind, largestWeight) {
    const { pairs, weight } = this.edge;
    const { values, partials, gradients, largestFlow } = moment.computed;
    if (weight !== null && largestWeight > 0) {
      return 0.5 + 3 * Math.sqrt(Math.abs(values[weight]) / largestWeight);
    }
    if (kind !== "done" || largestFlow === 0) return 1.2;
    const flows = pairs.map(([node, index]) => Math.abs(partials[node][index] * gradients[node]));
    return 0.8 + 2.2 * Math.sqrt(Math.min(1, Math.max(...flows) / largestFlow));
  }
}
