// @ts-check
// The parts of the formulas on the screen: values, gradients, and a slider for each number.

/** @import { Part } from "./formula.js" */

import { at } from "./dom.js";

/** @typedef {{part: Part, item: HTMLLIElement, value: HTMLElement, gradient: HTMLElement, slider: HTMLInputElement}} Row */

export class Parts {
  /** @type {Row[]} */
  #rows = [];
  #moved;

  /** @param {(part: Part, value: string) => void} moved  what to do when a slider is moved */
  constructor(moved) {
    this.#moved = moved;
  }

  /** @param {Part[]} parts */
  show(parts) {
    const isSame = (/** @type {Part} */ part, /** @type {number} */ place) => {
      const old = this.#rows[place]?.part;
      return old?.name === part.name && old.isLeaf === part.isLeaf;
    };
    if (parts.length !== this.#rows.length || !parts.every(isSame)) {
      this.#rows = parts.map((part) => this.#row(part));
      at("list").replaceChildren(...this.#rows.map(({ item }) => item));
    }
    const output = parts.at(-1)?.name || "output";
    for (const [place, part] of parts.entries()) {
      const row = this.#rows[place];
      row.part = part;
      row.value.textContent = minus(shown(part.value));
      const derivative = `∂${output}/∂${part.name || output}`;
      row.gradient.textContent = `${derivative} = ${minus(shown(part.gradient))}`;
      if (part.isLeaf && Number(row.slider.value) !== part.value) fit(row.slider, part.value);
    }
  }

  /**
   * @param {Part} part
   * @returns {Row}
   */
  #row(part) {
    const item = document.createElement("li");
    const [name, value, gradient] = ["b", "span", "span"].map((tag) => document.createElement(tag));
    const slider = document.createElement("input");
    [name.textContent, value.className, gradient.className] = [
      part.name || "=",
      "value",
      "gradient",
    ];
    Object.assign(slider, { type: "range", step: "any", disabled: !part.isLeaf });
    slider.setAttribute("aria-label", part.name);
    item.append(name, value, slider, gradient);
    const row = { part, item, value, gradient, slider };
    slider.addEventListener("input", () => this.#moved(row.part, shown(Number(slider.value))));
    return row;
  }
}

/**
 * A range around 0 that holds the number, and room beside it.
 * @param {HTMLInputElement} slider
 * @param {number} value
 */
function fit(slider, value) {
  const reach = Math.max(5, 2 * Math.abs(value));
  if (!(Math.abs(value) <= Number(slider.max) && Number(slider.min) < 0)) {
    Object.assign(slider, { min: String(-reach), max: String(reach) });
  }
  slider.value = String(value);
}

/** @param {number} number  to four digits */
const shown = (number) => String(Number(number.toPrecision(4)));

/** @param {string} number */
const minus = (number) => number.replaceAll("-", "−");
