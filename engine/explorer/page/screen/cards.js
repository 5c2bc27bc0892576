// @ts-check
// A node's card, or a closed box: drawn once, its numbers set at each step.
// Each is an SVG of its own: when a text changes, a browser lays out all text of its SVG.

/** @import { Graph, Place } from "../model/graph.js" */
/** @import { Moment } from "../model/moment.js" */
/** @import { Shape } from "../model/sketch.js" */

import { briefPower } from "../model/brief.js";
import { DASH } from "../model/moment.js";
import { counted, lastPart, shortened } from "../model/text.js";
import { draw, set } from "./dom.js";

const CHIP = 17; // the height of the field of a number

/** @typedef {{text: SVGElement, chip: SVGElement}} Chip */

export class Card {
  /**
   * @param {Shape} shape
   * @param {Place} place
   * @param {Graph} graph
   * @param {HTMLElement} world
   */
  constructor(shape, place, graph, world) {
    const [x, y, width, height] = place;
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height;
    this.shape = shape;
    this.graph = graph;
    this.group = this.emptyGroup(world);
    /** @type {SVGElement | null} */
    this.number = null; // of a constant
    /** @type {{value: Chip, gradient: Chip} | null} */
    this.chips = null;
    this.symbol = "";
    /** @type {SVGTextElement | null} */
    this.title = null; // the name
    /** @type {SVGElement | null} */
    this.corner = null; // the rule; or the right number beside a wrong gradient
    this.kind = this.drawn();
  }

  get room() {
    return (this.width - 20) / 2 - 6; // for the text of a chip
  }

  get isPressed() {
    return this.kind !== "constant" && this.shape.box !== "";
  }

  /** @param {HTMLElement} world */
  emptyGroup(world) {
    const { x, y, width, height } = this;
    const viewBox = `${-width / 2} ${-height / 2} ${width} ${height}`;
    const group = draw(world, "svg", { width, height, viewBox });
    group.style.left = `${x - width / 2}px`;
    group.style.top = `${y - height / 2}px`;
    return group;
  }

  /** Draw what does not change; what kind of card it is. */
  drawn() {
    const { box, node } = this.shape;
    if (box !== null) return this.drawnBox(box);
    return this.drawnNode(node ?? 0);
  }

  /** @param {number} node */
  drawnNode(node) {
    const { graph, group } = this;
    group.id = `node-${node}`;
    if (graph.isConstant(node)) {
      const look = { class: "value number-text", "text-anchor": "middle", y: 4 };
      this.number = draw(group, "text", look);
      return "constant";
    }
    this.face(10);
    if (graph.isOperation(node)) this.symbol = shortened(graph.form(node).symbol, 18);
    this.name(shortened(graph.names[node], 18), 17, graph.data.labelled[node] ? "" : " auto");
    const corner = { x: this.width / 2 - 10, y: -this.height / 2 + 17, "text-anchor": "end" };
    this.corner = draw(group, "text", corner);
    this.chips = this.bothChips();
    return graph.isLeaf(node) ? "leaf" : "operation";
  }

  /** @param {string} path */
  drawnBox(path) {
    const { graph, group, shape } = this;
    this.face(12);
    this.name(path ? `▸ ${shortened(lastPart(path), 24)}` : "…", 18);
    const leaves = shape.members.filter((node) => graph.isLeaf(node)).length;
    const operations = shape.members.filter((node) => graph.isOperation(node)).length;
    const words = [];
    if (leaves) words.push(counted(leaves, "leaf", "leaves"));
    if (operations) words.push(counted(operations, "operation", "operations"));
    const inside = words.join(", ");
    const [x, y] = [-this.width / 2 + 10, -this.height / 2 + 33];
    draw(group, "text", { class: "caption", x, y }, shortened(inside, 30));
    group.setAttribute("aria-label", `${path || "the rest"}, closed: ${inside}`);
    if (shape.node !== null) this.chips = this.bothChips();
    return "folded";
  }

  /** @param {number} rx */
  face(rx) {
    const { group, width, height } = this;
    draw(group, "rect", { class: "face", x: -width / 2, y: -height / 2, width, height, rx });
  }

  /**
   * @param {string} text
   * @param {number} below
   */
  name(text, below, kind = "") {
    const [x, y] = [-this.width / 2 + 10, -this.height / 2 + below];
    this.title = draw(this.group, "text", { class: `name${kind}`, x, y }, text);
  }

  /** Wide letters made narrower; when all cards stand, as a browser lays out before it measures. */
  fitName() {
    const room = this.width - 20 - 7.4 * (this.symbol && `${this.symbol} `).length;
    if (this.title) this.squeeze(this.title, room, this.title.getComputedTextLength());
  }

  bothChips() {
    return { value: this.chip("value", -this.width / 2 + 8), gradient: this.chip("gradient", 2) };
  }

  /**
   * @param {string} kind
   * @param {number} x
   * @returns {Chip}
   */
  chip(kind, x) {
    const width = (this.width - 20) / 2;
    const y = this.height / 2 - CHIP - 6;
    const size = { x, y, width, height: CHIP, rx: 5 };
    const chip = draw(this.group, "rect", { class: `${kind} chip`, ...size });
    const place = { x: x + width / 2, y: y + 13, "text-anchor": "middle" };
    const text = draw(this.group, "text", { class: `${kind} number-text`, ...place });
    return { text, chip };
  }

  /** @param {Moment} moment */
  update(moment) {
    const { node } = this.shape;
    set(this.group, "class", this.classes(moment).join(" "));
    if (node === null) return;
    if (this.number) set(this.number, "text", moment.valueText(node));
    if (!this.chips) return;
    const [value, gradient] = [moment.valueText(node), moment.gradientText(node)];
    this.write("value", this.chips.value, value);
    this.write("gradient", this.chips.gradient, gradient);
    if (this.corner) {
      const right = briefPower(moment.rightText(node));
      set(this.corner, "text", right || this.symbol);
      set(this.corner, "class", right ? "right" : this.symbol ? "rule" : null);
      this.squeeze(this.corner, right ? this.besideName : 0, 7.2 * right.length);
    }
    const { largest, gradients } = moment.computed;
    const part = largest > 0 ? Math.abs(gradients[node]) / largest : 0;
    const opacity = 0.22 + 0.78 * Math.min(1, Math.sqrt(part));
    set(this.chips.gradient.chip, "fill-opacity", opacity.toFixed(2));
    if (this.kind === "folded") return;
    const rule = this.kind === "leaf" ? "leaf" : this.graph.ruleName(node);
    const numbers = `value ${spoken(value)}, gradient ${spoken(gradient)}`;
    set(this.group, "aria-label", `${this.graph.names[node]}, ${rule}: ${numbers}`);
  }

  /** @param {Moment} moment */
  classes(moment) {
    const { members, node } = this.shape;
    const classes = ["card", this.kind];
    if (members.some((each) => moment.hasFailed(each))) classes.push("failed");
    if (moment.active !== null && members.includes(moment.active)) classes.push("active");
    else if (moment.sources.some((each) => members.includes(each))) classes.push("source");
    if (node !== null && !moment.isKnown(node)) classes.push("waiting");
    if (node !== null && moment.isWrong(node)) classes.push("wrong");
    return classes;
  }

  /**
   * @param {"value" | "gradient"} kind
   * @param {Chip} chip
   * @param {string} text
   */
  write(kind, { text: element, chip }, text) {
    const shown = briefPower(text);
    set(element, "text", shown);
    set(chip, "class", `${kind} chip${text === DASH ? " empty" : ""}`);
    this.squeeze(element, this.room, 7.2 * shown.length);
  }

  /** What is left of the first line. */
  get besideName() {
    return this.width - 26 - (this.title?.getComputedTextLength() ?? 0);
  }

  /**
   * @param {SVGElement} element
   * @param {number} room
   * @param {number} width  of its text
   */
  squeeze(element, room, width) {
    const isTight = width > room;
    set(element, "textLength", isTight ? room.toFixed(0) : null);
    set(element, "lengthAdjust", isTight ? "spacingAndGlyphs" : null);
  }
}

/** @param {string} text */
const spoken = (text) => (text === DASH ? "not yet known" : text);
