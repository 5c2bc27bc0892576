// @ts-check
// Step downhill: the rate, the button, and what the step did to the output.

/** @import { Session } from "../model/session.js" */

import { descentWords } from "../model/descent.js";
import { readNumber } from "../model/reading.js";
import { at, set } from "./dom.js";

export class Downhill {
  /**
   * @param {Session} session
   * @param {() => void} onStep
   */
  constructor(session, onStep) {
    this.session = session;
    this.onStep = onStep;
    this.refused = "";
    this.rate = at("rate", HTMLInputElement);
    this.rate.addEventListener("input", () => {
      session.rate = this.rate.value;
    });
    this.rate.addEventListener("change", onStep);
    at("descent").hidden = !session.graph.editable;
    at("descent").addEventListener("toggle", () => this.showWhichMove());
    at("downhill").addEventListener("submit", (event) => {
      event.preventDefault();
      this.step();
    });
  }

  step() {
    const { number, why } = readNumber(this.rate.value);
    const isDone = number !== null && this.session.goDownhill(number);
    this.refused = isDone ? "" : why || this.whyNot();
    this.rate.setAttribute("aria-invalid", String(number === null));
    this.onStep();
    this.refused = "";
  }

  whyNot() {
    return this.session.computed.blocked
      ? "There is no gradient to follow."
      : "That step is too long for a number.";
  }

  /** The leaves say whether they move while this is open. */
  showWhichMove() {
    at("numbers").classList.toggle("descending", at("descent", HTMLDetailsElement).open);
  }

  update() {
    const { graph, descent, rate } = this.session;
    if (this.rate.value !== rate) this.rate.value = rate;
    set(at("descended"), "text", this.refused || descentWords(graph, descent));
  }
}
