// @ts-check
// A grid of colour: one small image, whose cells say their number and name when pointed at.

/** @import { Computation } from "../model/computation.js" */
/** @import { Moment } from "../model/moment.js" */
/** @import { Figure } from "../model/net_figures.js" */
/** @import { Quantity } from "../model/quantity.js" */

import { at, draw, make, set } from "./dom.js";

const [MARKED, APART] = [9, 12]; // pixels of a cell that has room for a minus, and for a gap

/** @typedef {{x: number, y: number, cell: number}} Where */

export class Grid {
  /**
   * @param {Element} parent
   * @param {Figure} figure
   * @param {Where} where
   * @param {(k: number) => void} onPress
   */
  constructor(parent, figure, { x, y, cell }, onPress) {
    const { rows, columns } = figure;
    const [width, height] = [columns * cell, rows * cell];
    this.figure = figure;
    this.cell = cell;
    this.onPress = onPress;
    this.cursor = 0;
    /** @type {Moment | null} */
    this.moment = null;
    this.cells = Array.from({ length: rows * columns }, (_, k) => figure.at(k));
    this.look = ""; // of what is painted
    /** @type {Computation | null} */
    this.computed = null;
    const label = `${figure.name}, ${rows} by ${columns}; arrow keys read its cells`;
    const looks = { class: "grid", x, y, width, height, tabindex: 0, role: "application" };
    this.svg = draw(parent, "svg", {
      ...looks,
      viewBox: `0 0 ${columns} ${rows}`,
      "aria-label": label,
    });
    const size = {
      width: columns,
      height: rows,
      preserveAspectRatio: "none",
      "image-rendering": "pixelated",
    };
    this.image = draw(this.svg, "image", size);
    draw(this.svg, "rect", { class: "ring", width: columns, height: rows });
    this.mark = draw(this.svg, "rect", {
      class: "mark",
      width: 1,
      height: 1,
      visibility: "hidden",
    });
    this.listen();
  }

  listen() {
    const { svg } = this;
    svg.addEventListener("pointermove", (event) => this.point(this.cellAt(event)));
    svg.addEventListener("pointerleave", () => this.leave());
    svg.addEventListener("focus", () => this.reach(this.cursor));
    svg.addEventListener("blur", () => this.leave());
    svg.addEventListener("keydown", (event) => this.key(event));
    svg.addEventListener("click", (event) => this.onPress(this.cellAt(event)));
  }

  /** @param {MouseEvent} event */
  cellAt({ clientX, clientY }) {
    const { left, top, width, height } = this.svg.getBoundingClientRect();
    const { rows, columns } = this.figure;
    const column = Math.floor(((clientX - left) / width) * columns);
    const row = Math.floor(((clientY - top) / height) * rows);
    return within(row, rows) * columns + within(column, columns);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { rows, columns } = this.figure;
    /** @type {Record<string, number>} */
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    if (event.key === "Enter") this.onPress(this.cursor);
    else if (event.key in moves) this.reach(within(this.cursor + moves[event.key], rows * columns));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * By the keyboard: the cell comes into sight before it says where it is.
   * @param {number} k
   */
  reach(k) {
    this.cursor = k; // of an empty cell, too: others are beyond it
    this.place(k);
    this.mark.dispatchEvent(new Event("reach", { bubbles: true }));
    this.point(k);
  }

  /** @param {number} k  of the cell that the mark is on */
  place(k) {
    const { columns } = this.figure;
    set(this.mark, "x", String(k % columns));
    set(this.mark, "y", String(Math.floor(k / columns)));
  }

  /** @param {number} k */
  point(k) {
    const quantity = this.cells[k];
    if (!quantity || !this.moment) return this.leave();
    this.cursor = k;
    this.place(k);
    set(this.mark, "visibility", "visible");
    const box = this.mark.getBoundingClientRect();
    sayAt(box, `${quantity.name} = ${quantity.text(this.moment)}`);
  }

  leave() {
    set(this.mark, "visibility", "hidden");
    hush();
  }

  /**
   * Painted anew only where another number, another cell or other colours are to be seen.
   * @param {Moment} moment
   */
  update(moment) {
    this.moment = moment;
    const known = this.cells.map((quantity) => quantity?.isKnown(moment) ?? false);
    const colours = coloursOf();
    const look = [colours.key, known[0], ...changes(known)].join();
    if (moment.computed === this.computed && look === this.look) return;
    this.computed = moment.computed;
    this.look = look;
    this.image.setAttribute("href", this.painted(moment.computed, known, colours));
  }

  /**
   * @param {Computation} computed
   * @param {boolean[]} known
   * @param {Colours} colours
   */
  painted(computed, known, colours) {
    const { rows, columns } = this.figure;
    const unit = this.cell >= MARKED ? Math.round(2 * this.cell) : 1;
    const canvas = make("canvas", { width: columns * unit, height: rows * unit });
    const pen = canvas.getContext("2d");
    if (!pen) return "";
    const numbers = this.cells.map((quantity) => quantity?.number(computed) ?? 0);
    const largest = numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const gap = this.cell >= APART ? 1 : 0;
    for (const [k, quantity] of this.cells.entries()) {
      if (!quantity) continue;
      const [x, y] = [(k % columns) * unit, Math.floor(k / columns) * unit];
      pen.fillStyle = known[k] ? colour(colours, quantity, numbers[k], largest) : colours.unknown;
      pen.fillRect(x, y, unit - gap, unit - gap);
      if (unit === 1 || !known[k] || numbers[k] >= 0) continue;
      pen.fillStyle = colours.ink;
      pen.fillRect(x + unit * 0.28, y + unit * 0.45, unit * 0.44, Math.max(1, unit * 0.09));
    }
    return canvas.toDataURL();
  }
}

/**
 * Where a row of yes and no is another than before.
 * @param {boolean[]} row
 */
const changes = (row) => [...row.keys()].filter((k) => k > 0 && row[k] !== row[k - 1]);

/** @param {number} k  @param {number} count */
const within = (k, count) => Math.max(0, Math.min(count - 1, k));

// Colours

const SHADES = 64;
const LOOKS = /** @type {const} */ ({
  value: ["value", "below"],
  weight: ["positive", "negative"],
  gradient: ["gradient", "gradient"],
});

/**
 * @typedef {object} Colours
 * @property {string} key  which differs where they do
 * @property {string} unknown
 * @property {string} ink
 * @property {Record<"value" | "below" | "positive" | "negative" | "gradient", string[]>} shades  from 0 to the largest
 */

/** @type {Colours | null} */
let mixed = null;

/** Those of the theme, mixed once. */
function coloursOf() {
  const style = getComputedStyle(document.documentElement);
  const named = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  const [zero, ink, unknown] = ["card", "ink", "faint"].map(named);
  const shaded = ["value", "quiet", "positive", "negative", "gradient"].map(named);
  const key = [zero, ink, unknown, ...shaded].join();
  if (mixed?.key === key) return mixed;
  const [value, below, positive, negative, gradient] = shaded.map((full) => shadesOf(zero, full));
  const shades = { value, below, positive, negative, gradient };
  mixed = { key, unknown, ink, shades };
  return mixed;
}

/**
 * From the card's colour at 0 to the full one at the largest.
 * @param {Colours} colours
 * @param {Quantity} quantity
 * @param {number} number
 * @param {number} largest
 */
function colour({ shades }, { kind }, number, largest) {
  const look = LOOKS[kind][number < 0 ? 1 : 0];
  const part = largest > 0 ? Math.abs(number) / largest : 0;
  const share = kind === "gradient" ? Math.sqrt(part) : part;
  return shades[look][Math.round(share * (SHADES - 1)) || 0];
}

/**
 * @param {string} from
 * @param {string} to
 */
function shadesOf(from, to) {
  const [a, b] = [from, to].map(channels);
  return Array.from({ length: SHADES }, (_, k) => {
    const share = 0.06 + (0.8 * k) / (SHADES - 1);
    return `rgb(${a.map((x, c) => Math.round(x + (b[c] - x) * share)).join(" ")})`;
  });
}

/**
 * "#0b57d0", or "#fff".
 * @param {string} hex
 */
function channels(hex) {
  const short = hex.length < 7;
  return [1, 2, 3].map((k) =>
    Number.parseInt(short ? hex[k] + hex[k] : hex.slice(2 * k - 1, 2 * k + 1), 16),
  );
}

// What a cell says

/**
 * @param {DOMRect} box  of the cell
 * @param {string} text
 */
export function sayAt(box, text) {
  const said = at("cell");
  said.textContent = text;
  said.hidden = false;
  const { width, height } = said.getBoundingClientRect();
  const left = Math.min(Math.max(8, box.left + box.width / 2 - width / 2), innerWidth - width - 8);
  const above = box.top - height - 8;
  said.style.left = `${left}px`;
  said.style.top = `${above > 8 ? above : box.bottom + 8}px`;
}

export const hush = () => {
  at("cell").hidden = true;
};
