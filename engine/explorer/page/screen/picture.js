// @ts-check
// The graph on the page: frames of open boxes, edges, cards; built once for each view.

/** @import { Layout } from "../model/graph.js" */
/** @import { Sight } from "../model/look.js" */
/** @import { Moment } from "../model/moment.js" */
/** @import { Session } from "../model/session.js" */
/** @import { Story } from "../model/stories.js" */
/** @import { Sketch } from "../model/sketch.js" */
/** @import { NetPresses } from "./net_picture.js" */

import { beyondWords } from "../model/beyond.js";
import { layoutFor } from "../model/opening.js";
import { lastPart, shortened } from "../model/text.js";
import { Card } from "./cards.js";
import { at, draw, make, set } from "./dom.js";
import { EdgeLine } from "./edges.js";
import { NetPicture } from "./net_picture.js";
import { Viewport } from "./viewport.js";

/**
 * What a press on the picture asks for.
 * @typedef {object} GraphPresses
 * @property {(node: number) => void} onNode
 * @property {(path: string) => void} onOpen
 * @property {(path: string) => void} onClose
 * @property {() => void} onSee  another part of the picture
 */

/** @typedef {GraphPresses & NetPresses} Presses */

const LETTER = 7.4; // the width of one in the title of a frame

/** Views that are drawn otherwise than as nodes, by level. @type {Record<number, any>} */
export const pictures = { "-2": NetPicture };

export class Picture {
  /**
   * @param {HTMLElement} host
   * @param {Session} session
   * @param {Presses} presses
   */
  constructor(host, { graph, look }, presses) {
    this.host = host;
    this.graph = graph;
    this.look = look;
    this.presses = presses;
    this.world = make("div", { className: "world" });
    host.append(this.world);
    this.viewport = new Viewport(host, this.world, presses.onSee);
    /** @type {Sketch | null} */
    this.sketch = null;
    /** @type {Layout | null} */
    this.layout = null; // across or down
    /** @type {Card[]} */
    this.cards = [];
    /** @type {EdgeLine[]} */
    this.edges = [];
    /** @type {NetPicture | null} */
    this.net = null;
  }

  /**
   * @param {Sketch} sketch
   * @param {Story | null} story
   */
  show(sketch, story) {
    const { view } = sketch;
    const layout = layoutFor(sketch.layout, this.viewport.room);
    const [width, height] = layout.size;
    this.sketch = sketch;
    this.layout = layout;
    const Drawn = pictures[Math.max(view.level, -3)];
    this.net = story ? new Drawn(this.world, this.viewport, story, this.presses) : null;
    showLegend(sketch, story);
    if (this.net) return this.showBeyond();
    this.world.replaceChildren();
    const frames = draw(this.world, "svg", { width, height });
    const lines = draw(this.world, "svg", { width, height });
    for (const [k, path] of view.frames.entries()) this.frame(frames, path, layout.frames[k]);
    this.cards = sketch.shapes.map(
      (shape, k) => new Card(shape, layout.cards[k], this.graph, this.world),
    );
    for (const card of this.cards) this.pressable(card);
    this.edges = sketch.edges.map((edge, k) => new EdgeLine(edge, k, layout, lines, this.world));
    for (const card of this.cards) card.fitName();
    this.fit(true);
  }

  /**
   * @param {SVGElement} parent
   * @param {string} path
   * @param {[number, number, number, number]} place
   */
  frame(parent, path, [x, y, width, height]) {
    const group = draw(parent, "g", { class: "frame" });
    draw(group, "rect", { x, y, width, height, rx: 12 });
    const button = { role: "button", tabindex: 0, "aria-label": `Close ${path}` };
    const title = `▾ ${shortened(lastPart(path), width / LETTER - 3)}`;
    const label = draw(group, "text", { x: x + 10, y: y + 16, ...button }, title);
    this.viewport.onPress(label, () => this.presses.onClose(path));
  }

  /** @param {Card} card */
  pressable(card) {
    const { box, node } = card.shape;
    if (!card.isPressed) return;
    card.group.setAttribute("role", "button");
    card.group.setAttribute("tabindex", "0");
    this.viewport.onPress(card.group, () => {
      if (box !== null) this.presses.onOpen(box);
      else if (node !== null) this.presses.onNode(node);
    });
  }

  /** Whether the graph would now be larger if it ran the other way. */
  get isTurned() {
    if (this.net || !this.sketch) return false;
    return layoutFor(this.sketch.layout, this.viewport.room) !== this.layout;
  }

  /** The node whose card has the focus, or what leaves the closed box that has it. */
  get focused() {
    return this.cards.find(({ group }) => group === document.activeElement)?.shape.outlets[0];
  }

  /** @param {number | undefined} node  drawn as now, if it is */
  focus(node) {
    const shape = node === undefined ? undefined : this.sketch?.shapeOf.get(node);
    if (shape) this.cards[shape.place]?.group.focus({ preventScroll: true });
  }

  /** @param {Moment} moment */
  update(moment) {
    set(this.host, "data-phase", moment.phase);
    if (this.net) return this.net.update(moment);
    for (const card of this.cards) card.update(moment);
    const { values } = moment.computed;
    const weights = this.edges.flatMap(({ edge }) => edge.weight ?? []);
    const largest = weights.reduce((most, leaf) => Math.max(most, Math.abs(values[leaf])), 0);
    for (const edge of this.edges) edge.update(moment, largest);
  }

  /**
   * Where the active card is out of sight, bring it to the middle.
   * @param {Moment} moment
   */
  keepInSight({ active }) {
    if (this.net) return;
    const shape = active === null ? undefined : this.sketch?.shapeOf.get(active);
    if (shape) this.viewport.keepInSight(this.cards[shape.place]);
  }

  /**
   * What a reader chose to see; else as the page puts it, as where the graph runs another way than
   * in the window that the address is from, and this would be beside it.
   * @param {Sight | null} sight
   */
  place(sight) {
    this.fit(true);
    const [width, height] = (!this.net && this.layout?.size) || [Infinity, Infinity];
    if (sight && sight.x <= width && sight.y <= height) this.viewport.lookAt(sight);
  }

  /**
   * Point at the card of a node, or of the closed box that holds it; whether there is one.
   * @param {number} node
   */
  point(node) {
    const shape = this.net ? undefined : this.sketch?.shapeOf.get(node);
    const card = shape && this.cards[shape.place];
    if (!card) return false;
    this.viewport.keepInSight(card);
    card.group.dataset.found = "";
    card.group.addEventListener("blur", () => delete card.group.dataset.found, { once: true });
    this.focus(node);
    return true;
  }

  /** Say how many cards are out of sight. */
  showBeyond() {
    const { camera, room } = this.viewport;
    set(at("beyond"), "text", this.net ? "" : beyondWords(this.cards, camera, room));
  }

  /** The whole graph; or, to be readable, its beginning. */
  fit(readable = false) {
    if (this.net) return this.net.fit();
    if (!this.layout) return;
    const along = this.layout.isDown ? "y" : "x";
    const first = this.cards.reduce((a, b) => (b[along] < a[along] ? b : a));
    this.viewport.fit(this.layout.size, first, readable);
    if (readable) this.viewport.enlarge(this.look.text, first);
  }
}

/**
 * @param {Sketch} sketch
 * @param {Story | null} story
 */
function showLegend(sketch, story) {
  for (const each of document.querySelectorAll(".on-weights")) {
    each.toggleAttribute("hidden", !(story ?? sketch).hasWeights);
  }
  document
    .querySelector(".on-edges")
    ?.toggleAttribute("hidden", !sketch.hasCurves || story !== null);
}
