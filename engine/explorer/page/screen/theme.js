// @ts-check
// Light and dark: as the system has it, until a reader chooses; paper is light.

/** @import { Look } from "../model/look.js" */

import { at } from "./dom.js";

export class Theme {
  /** @param {Look} look */
  constructor(look) {
    this.look = look;
    this.system = matchMedia("(prefers-color-scheme: dark)");
    this.system.addEventListener("change", () => this.show());
  }

  get isDark() {
    return this.look.dark ?? this.system.matches;
  }

  toggle() {
    this.look.dark = !this.isDark;
    this.show();
  }

  show(isOnPaper = false) {
    document.documentElement.classList.toggle("dark", this.isDark && !isOnPaper);
    at("theme").setAttribute("aria-pressed", String(this.isDark));
  }
}
