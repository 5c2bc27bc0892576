// @ts-check
// The list of leaves: a field, a slider and a plot for each number, its gradient, what was measured.

/** @import { Session } from "../model/session.js" */
/** @import { Moment } from "../model/moment.js" */
/** @import { Nudge } from "../model/nudge.js" */

import { hiddenSlope, hint, listedLeaves, measured, reachOf, roundUp } from "../model/leaf.js";
import { nudgeWords } from "../model/nudge.js";
import { at, make, set } from "./dom.js";
import { LeafPlot } from "./plots.js";

const MANY_DIGITS = 18; // are written smaller

/**
 * What is asked of a leaf.
 * @typedef {object} Asks
 * @property {(leaf: number, number: number) => void} onEdit
 * @property {() => void} onEdited  the field or slider was let go
 * @property {(leaf: number, delta: number | null) => void} onNudge
 * @property {() => void} onHeld  whether it moves downhill was changed
 */

export class Leaves {
  /**
   * @param {Session} session
   * @param {Asks} asks
   */
  constructor(session, asks) {
    this.session = session;
    this.asks = asks;
    /** @type {Row[]} */
    this.rows = [];
  }

  /** Those of the view that is shown. */
  list() {
    const { graph, sketch, story } = this.session;
    const leaves = story?.leaves ?? listedLeaves(graph, sketch);
    this.rows = leaves.map((leaf) => new Row(leaf, this.session, this.asks));
    at("leaves").replaceChildren(...this.rows.map((row) => row.item));
    at("hint").textContent = story?.hint ?? hint(graph, leaves.length);
  }

  /** @param {Moment} moment */
  update(moment) {
    for (const row of this.rows) row.update(moment);
    const { past, future } = this.session.history;
    at("undo", HTMLButtonElement).disabled = !past.length;
    at("redo", HTMLButtonElement).disabled = !future.length;
  }

  /** @param {Nudge} nudge */
  showNudge(nudge) {
    const row = this.rows.find(({ leaf }) => leaf === nudge.leaf);
    if (row) set(row.nudged, "text", nudgeWords(nudge));
    row?.item.classList.add("nudged");
  }
}

class Row {
  /**
   * @param {number} leaf
   * @param {Session} session
   * @param {Asks} asks
   */
  constructor(leaf, session, asks) {
    const { graph } = session;
    const name = graph.names[leaf];
    const value = graph.values[leaf];
    const reach = reachOf(value);
    const both = { step: String(reach / 200), disabled: !graph.editable };
    this.leaf = leaf;
    this.session = session;
    this.field = make("input", {
      className: "number",
      type: "number",
      id: `leaf-${leaf}`,
      ...both,
      step: "any",
    });
    this.slider = make("input", { type: "range", ...both });
    this.setSlider(reach, value);
    this.slider.setAttribute("aria-label", `${name}, slider`);
    this.gradient = make("b");
    this.measured = make("span");
    this.nudged = make("span", { className: "delta" });
    this.moves = make("input", { type: "checkbox", checked: !session.held.has(leaf) });
    this.item = this.assembled(name);
    this.plot = graph.editable
      ? new LeafPlot(this.item, leaf, name, (delta) => asks.onNudge(leaf, delta))
      : null;
    this.write(value);
    this.listen(asks);
  }

  /** @param {string} name */
  assembled(name) {
    const label = make("label", { textContent: name, title: name, htmlFor: this.field.id });
    const entry = make("div", { className: "entry" });
    entry.append(label, this.field);
    const gradient = make("span", { textContent: "gradient " });
    gradient.append(this.gradient);
    const moves = make("label", { className: "moves", textContent: "moves" });
    moves.prepend(this.moves);
    const slope = make("div", { className: "slope" });
    slope.append(gradient, this.measured, this.nudged, moves);
    const item = make("li");
    item.append(entry, this.slider, slope);
    return item;
  }

  /** @param {Asks} asks */
  listen({ onEdit, onEdited, onHeld }) {
    const { leaf, field, slider, session } = this;
    field.addEventListener("input", () => {
      const number = field.valueAsNumber;
      field.setAttribute("aria-invalid", String(!Number.isFinite(number)));
      this.makeRoom();
      if (Number.isFinite(number)) onEdit(leaf, number);
    });
    slider.addEventListener("input", () => onEdit(leaf, Number(slider.value)));
    for (const each of [field, slider]) each.addEventListener("change", onEdited);
    this.moves.addEventListener("change", () => {
      if (this.moves.checked) session.held.delete(leaf);
      else session.held.add(leaf);
      onHeld();
    });
  }

  /** @param {number} value */
  write(value) {
    this.field.value = String(value);
    this.field.setAttribute("aria-invalid", "false");
    this.makeRoom();
  }

  /** Wide enough for every digit. */
  makeRoom() {
    const digits = this.field.value.length;
    this.field.style.setProperty("--digits", String(Math.max(7, digits)));
    this.field.classList.toggle("long", digits > MANY_DIGITS);
  }

  /** @param {Moment} moment */
  update(moment) {
    const { graph, computed, predicting } = this.session;
    const value = computed.start[this.leaf];
    if (this.field.valueAsNumber !== value && !this.isTyping) this.write(value);
    if (Number(this.slider.value) !== value) {
      this.setSlider(Math.max(Number(this.slider.max), roundUp(Math.abs(value) || 1)), value);
    }
    this.moves.checked = !this.session.held.has(this.leaf);
    this.item.classList.remove("nudged");
    const right = moment.rightText(this.leaf);
    set(this.gradient, "text", `${moment.gradientText(this.leaf)} ${right}`.trim());
    set(this.gradient, "class", right ? "differs" : "");
    this.plot?.update(moment, moment.isComplete(this.leaf));
    if (!graph.editable) return;
    const { text, differs } = predicting ? hiddenSlope() : measured(this.leaf, moment);
    set(this.measured, "class", differs ? "differs" : "");
    set(this.measured, "text", text);
  }

  /** Whether the field has, for now, what is no number. */
  get isTyping() {
    return document.activeElement === this.field && !Number.isFinite(this.field.valueAsNumber);
  }

  /**
   * @param {number} reach
   * @param {number} value
   */
  setSlider(reach, value) {
    Object.assign(this.slider, { min: String(-reach), max: String(reach), value: String(value) });
  }
}
