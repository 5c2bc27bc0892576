// @ts-check
// The panel of one neuron: the pass of one sample through it, a line for each step.

/** @import { Moment } from "../model/moment.js" */
/** @import { Tape } from "../model/tape.js" */
/** @import { UnitStep } from "../model/unit.js" */
/** @import { Training } from "./viewer.js" */

import { digits } from "../../../../engine/explorer/page/model/digits.js";
import { at, make } from "../../../../engine/explorer/page/screen/dom.js";
import { nameOf } from "../model/columns.js";
import { unitSteps } from "../model/unit.js";

export class UnitPanel {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
  }

  /**
   * @param {Tape} tape  with the numbers of the sample in it
   * @param {Training} training
   * @param {Moment} moment  its step is kept within the steps
   * @returns {UnitStep}  the one that is shown
   */
  show(tape, { layers, rows }, moment) {
    const neuron = moment.neuron ?? [1, 0];
    const steps = unitSteps(tape, layers, neuron);
    moment.step = Math.max(0, Math.min(steps.length - 1, moment.step));
    const [x1, x2, ...target] = rows[moment.sample];
    at("unit-title").textContent = `Through ${nameOf(layers, ...neuron)}, forward and backward`;
    at("unit-sample").textContent =
      `sample ${moment.sample + 1} of ${rows.length}: (${digits(x1)}, ${digits(x2)}), target ${target.map(digits).join(", ")}`;
    at("unit-count").textContent = `${moment.step + 1} of ${steps.length}`;
    at("unit-back", HTMLButtonElement).disabled = moment.step === 0;
    at("unit-next", HTMLButtonElement).disabled = moment.step === steps.length - 1;
    const lines = steps.slice(0, moment.step + 1).map((step, k) => {
      const line = make("li", { className: step.phase });
      if (k === moment.step) line.setAttribute("aria-current", "step");
      const end = step.numbers.endsWith(digits(step.result)) ? "" : ` = ${digits(step.result)}`;
      line.append(
        make("span", { textContent: step.symbols }),
        make("span", { className: "numbers", textContent: `= ${step.numbers}${end}` }),
      );
      return line;
    });
    const list = at("unit-steps");
    list.replaceChildren(...lines);
    list.scrollTop = list.scrollHeight;
    return steps[moment.step];
  }
}
