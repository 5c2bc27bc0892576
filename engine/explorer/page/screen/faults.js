// @ts-check
// Wrong on purpose: a switch for each fault of the backward pass, and what it does here.

/** @import { Fault } from "../model/faults.js" */
/** @import { Session } from "../model/session.js" */

import { FAULTS, faultWords } from "../model/faults.js";
import { at, make, set } from "./dom.js";

export class Faults {
  /**
   * @param {Session} session
   * @param {() => void} onSwitch
   */
  constructor(session, onSwitch) {
    this.session = session;
    this.switches = Object.entries(FAULTS).map(([fault, text]) => {
      const button = make("button", { type: "button", textContent: text });
      button.addEventListener("click", () => {
        const chosen = /** @type {Fault} */ (fault);
        session.chooseFault(session.fault === chosen ? null : chosen);
        if (session.position === 0) session.go(session.lastStop);
        onSwitch();
      });
      return { fault, button };
    });
    at("switches").append(...this.switches.map(({ button }) => button));
  }

  update() {
    const { fault, computed } = this.session;
    for (const each of this.switches) {
      set(each.button, "aria-pressed", String(each.fault === fault));
    }
    set(at("faulty"), "text", faultWords(computed));
  }
}
