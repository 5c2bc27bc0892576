// @ts-check
// A circle or a pill of a net: as many of its numbers as there is room for.

/** @import { Moment } from "../model/moment.js" */
/** @import { Column, Line, Unit } from "../model/net_columns.js" */
/** @import { Box, Standing } from "../model/net_layout.js" */
/** @import { NetStep } from "../model/net_steps.js" */

import { brief } from "../model/brief.js";
import { DASH } from "../model/moment.js";
import { draw, set } from "./dom.js";
import { hush, sayAt } from "./grid.js";

const LINE = 15; // pixels from line to line
const BASE = 4; // from the middle of a text to its foot
const WIDE = 100; // pixels of a pill that has room for two numbers
const ACTIVE = { z: "zp", a: "a", arrives: "a", delta: "z", weights: "w" }; // parts of a neuron

export class UnitMark {
  /**
   * @param {SVGElement} svg
   * @param {Unit} unit
   * @param {Box} box
   * @param {Standing["look"]} look
   * @param {Column} column
   */
  constructor(svg, unit, box, look, column) {
    const { x, y, width, height } = box;
    this.unit = unit;
    this.box = box;
    this.look = look;
    this.column = column;
    this.spoken = unit.name;
    this.group = draw(svg, "g", { role: "button", tabindex: 0 });
    const rx = look === "pill" ? Math.min(9, height / 2) : width / 2;
    draw(this.group, "rect", { class: "face", x, y, width, height, rx });
    this.texts = unit.lines.map(() => draw(this.group, "text", { "text-anchor": "middle" }));
    for (const event of ["pointerenter", "focusin"]) {
      this.group.addEventListener(event, () =>
        sayAt(this.group.getBoundingClientRect(), this.spoken),
      );
    }
    for (const event of ["pointerleave", "blur"]) this.group.addEventListener(event, hush);
  }

  /** @param {NetStep} step */
  isActive({ layer, phase, part }) {
    if (phase === "start") return false;
    if (!part) return layer ? layer === this.column.layer : this.column.part === "L";
    return ACTIVE[/** @type {keyof typeof ACTIVE} */ (part)].includes(this.column.part);
  }

  /**
   * @param {Moment} moment
   * @param {boolean} isActive
   */
  update(moment, isActive) {
    const { unit, look } = this;
    const known = unit.lines.filter((line) => isKnown(line, moment));
    const said = known.map(({ quantity }) => `${quantity.name} = ${quantity.text(moment)}`);
    this.spoken = said.join(", ") || `${unit.name}, not yet known`;
    set(this.group, "aria-label", `${unit.name}: ${said.join(", ") || "not yet known"}`);
    const classes = ["unit", look, isActive ? "active" : "", known.length ? "" : "waiting"];
    if (known.some(({ quantity }) => quantity.text(moment) === "none")) classes.push("failed");
    set(this.group, "class", classes.filter(Boolean).join(" "));
    this.write(known.length ? this.shown(known, moment) : [unit.lines[unit.main]], moment);
  }

  /**
   * All in a large circle; else the main number and the gradient, or one of them.
   * @param {Line[]} known
   * @param {Moment} moment
   */
  shown(known, { phase }) {
    const { unit, look, box } = this;
    if (look === "large") return known;
    const [main, last] = [unit.lines[unit.main], known[known.length - 1]];
    if (!known.includes(main) || main === last) return [known.includes(main) ? main : last];
    const hasGradient = last.quantity.kind === "gradient";
    if (!hasGradient) return [main];
    if (look === "pill" && box.width < WIDE) return [phase === "backward" ? last : main];
    return [main, last];
  }

  /**
   * @param {Line[]} lines
   * @param {Moment} moment
   */
  write(lines, moment) {
    const { x, y, width, height } = this.box;
    const isRow = this.look === "pill";
    for (const [k, text] of this.texts.entries()) {
      const line = lines[k];
      set(text, "text", line ? this.written(line, moment) : "");
      if (!line) continue;
      const across = isRow ? (k + 0.5) / lines.length : 0.5;
      const down = isRow ? 0 : (k - (lines.length - 1) / 2) * LINE;
      set(text, "class", line.quantity.kind);
      set(text, "x", (x + width * across).toFixed(1));
      set(text, "y", (y + height / 2 + BASE + down).toFixed(1));
    }
  }

  /**
   * @param {Line} line
   * @param {Moment} moment
   */
  written(line, moment) {
    const { symbol, quantity } = line;
    if (!isKnown(line, moment)) return symbol;
    const text = brief(quantity.text(moment));
    return this.look === "large" ? `${symbol} ${text}`.trim() : text;
  }
}

/**
 * @param {Line} line
 * @param {Moment} moment
 */
const isKnown = ({ quantity }, moment) => quantity.text(moment) !== DASH;
