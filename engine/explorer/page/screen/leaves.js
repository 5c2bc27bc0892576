// @ts-check
// The list of leaves: a field and a slider for each number, its gradient, and what was measured.

/** @import { Session } from "../model/session.js" */
/** @import { Moment } from "../model/moment.js" */

import { hiddenSlope, hint, listedLeaves, measured, reachOf, roundUp } from "../model/leaf.js";
import { at, make, set } from "./dom.js";

export class Leaves {
  /**
   * @param {Session} session
   * @param {(leaf: number, number: number) => void} onEdit
   */
  constructor(session, onEdit) {
    this.session = session;
    this.onEdit = onEdit;
    /** @type {Row[]} */
    this.rows = [];
  }

  /** Those of the view that is shown. */
  list() {
    const { graph, sketch } = this.session;
    const leaves = listedLeaves(graph, sketch);
    this.rows = leaves.map((leaf) => new Row(leaf, this.session, this.onEdit));
    at("leaves").replaceChildren(...this.rows.map((row) => row.item));
    at("hint").textContent = hint(graph, leaves.length);
  }

  /** @param {Moment} moment */
  update(moment) {
    for (const row of this.rows) row.update(moment);
  }
}

class Row {
  /**
   * @param {number} leaf
   * @param {Session} session
   * @param {(leaf: number, number: number) => void} onEdit
   */
  constructor(leaf, session, onEdit) {
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
    });
    this.slider = make("input", { type: "range", ...both });
    this.setSlider(reach, value);
    this.slider.setAttribute("aria-label", `${name}, slider`);
    this.gradient = make("b");
    this.measured = make("span");
    this.item = this.assembled(name);
    this.field.value = String(value);
    this.listen(onEdit);
  }

  /** @param {string} name */
  assembled(name) {
    const label = make("label", { textContent: name, title: name, htmlFor: this.field.id });
    const row = make("div", { className: "row" });
    row.append(label, this.field, this.slider);
    const gradient = make("span", { textContent: "gradient " });
    gradient.append(this.gradient);
    const slope = make("div", { className: "slope" });
    slope.append(gradient, this.measured);
    const item = make("li");
    item.append(row, slope);
    return item;
  }

  /** @param {(leaf: number, number: number) => void} onEdit */
  listen(onEdit) {
    const { leaf, field, slider } = this;
    field.addEventListener("input", () => {
      const number = field.valueAsNumber;
      field.setAttribute("aria-invalid", String(!Number.isFinite(number)));
      if (Number.isFinite(number)) onEdit(leaf, number);
    });
    slider.addEventListener("input", () => onEdit(leaf, Number(slider.value)));
  }

  /** @param {Moment} moment */
  update(moment) {
    const { graph, computed, predicting } = this.session;
    const value = computed.start[this.leaf];
    if (this.field.valueAsNumber !== value && !this.isTyping) this.field.value = String(value);
    if (Number(this.slider.value) !== value) {
      this.setSlider(Math.max(Number(this.slider.max), roundUp(Math.abs(value) || 1)), value);
    }
    set(this.gradient, "text", moment.gradientText(this.leaf));
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
