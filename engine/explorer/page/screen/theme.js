// @ts-check
// Light and dark: as the system has it, until a reader chooses.

import { at } from "./dom.js";

export class Theme {
  constructor() {
    this.system = matchMedia("(prefers-color-scheme: dark)");
    /** @type {boolean | null} */
    this.chosen = null;
    this.system.addEventListener("change", () => this.show());
  }

  get isDark() {
    return this.chosen ?? this.system.matches;
  }

  /** @param {boolean | null} dark */
  choose(dark) {
    this.chosen = dark;
    this.show();
  }

  show() {
    document.documentElement.classList.toggle("dark", this.isDark);
    at("theme").setAttribute("aria-pressed", String(this.isDark));
  }
}
