// @ts-check
// The net as boxes and edges: what each neuron sees and its weights, or the gradients.

/** @import { Arrangement } from "../model/columns.js" */
/** @import { Layer } from "../model/film.js" */
/** @import { Grid, Palette } from "./paint.js" */

import { digits } from "../../../../engine/explorer/page/model/digits.js";
import { draw, make, set } from "../../../../engine/explorer/page/screen/dom.js";
import { arrange, columnsOf, drawnOf, nameOf, slotOf, slotsOf } from "../model/columns.js";
import { paintShades, scaleOf } from "./paint.js";

const WIDEST = 6; // of an edge
const LETTER = 7; // the width of one in a name
const LEAST_NUMBER = 60; // the width of a box that a number fits in

/**
 * @typedef {object} Edge
 * @property {SVGPathElement} path
 * @property {number} place  of its weight on the tape
 * @property {number} layer  that it leads to
 * @property {number} neuron
 * @property {number} source
 */

/**
 * @typedef {object} Box
 * @property {HTMLButtonElement} button
 * @property {HTMLCanvasElement | null} canvas
 * @property {HTMLElement} text
 * @property {number} column
 * @property {number} place  in it
 */

export class NetPicture {
  /**
   * @param {HTMLElement} host
   * @param {Layer[]} layers
   * @param {boolean} hasFields  else it shows gradients
   */
  constructor(host, layers, hasFields) {
    this.host = host;
    this.layers = layers;
    this.columns = columnsOf(layers);
    host.replaceChildren();
    this.svg = draw(host, "svg", { "aria-hidden": "true" });
    this.edges = layers.flatMap((_, layer) => this.edgesTo(layer));
    this.over = draw(this.svg, "path", { class: "edge active" });
    this.boxes = this.columns.flatMap((places, column) =>
      drawnOf(places.length).map((place) => this.box(column, place, hasFields)),
    );
    /** @type {SVGTextElement[]} */
    this.gaps = [];
  }

  /** The places on the tape of the numbers that are drawn. */
  get drawn() {
    return this.boxes.map(({ column, place }) => this.columns[column][place]);
  }

  /**
   * @param {number} layer
   * @returns {Edge[]}
   */
  edgesTo(layer) {
    const [sources, neurons] = [layer, layer + 1].map((k) => drawnOf(this.columns[k].length));
    return neurons.flatMap((neuron) =>
      sources.map((source) => {
        const place = this.layers[layer].weights[neuron][source];
        const path = draw(this.svg, "path", { "data-place": place });
        return { path, place, layer, neuron, source };
      }),
    );
  }

  /**
   * @param {number} column
   * @param {number} place
   * @param {boolean} hasField
   * @returns {Box}
   */
  box(column, place, hasField) {
    const button = make("button", { type: "button", className: "neuron" });
    button.dataset.neuron = `${column},${place}`;
    const canvas = hasField ? make("canvas") : null;
    if (canvas) button.append(canvas);
    const name = nameOf(this.layers, column, place);
    button.setAttribute("aria-label", name);
    button.title = name;
    const text = make("span", { textContent: name });
    button.append(text);
    this.host.append(button);
    return { button, canvas, text, column, place };
  }

  /** Whether a number can be read in a box. */
  get hasNumbers() {
    return (this.arrangement?.boxWidth ?? 0) >= LEAST_NUMBER;
  }

  layOut() {
    const { host, columns, svg } = this;
    const width = host.clientWidth;
    const counts = columns.map((places) => places.length);
    const at = arrange(counts.map(slotsOf), width);
    this.arrangement = at;
    host.style.height = `${at.height}px`;
    svg.setAttribute("viewBox", `0 0 ${width} ${at.height}`);
    const middle = (/** @type {number} */ column, /** @type {number} */ place) =>
      at.middle(column, slotOf(counts[column], place));
    for (const box of this.boxes) placeBox(box, at, middle(box.column, box.place));
    for (const { path, layer, neuron, source } of this.edges) {
      const [x1, y1] = middle(layer, source);
      const [x2, y2] = middle(layer + 1, neuron);
      set(path, "d", `M${x1 + at.boxWidth / 2} ${y1}L${x2 - at.boxWidth / 2} ${y2}`);
    }
    this.markGaps(counts, at);
  }

  /**
   * Where neurons are left out, how many.
   * @param {number[]} counts
   * @param {Arrangement} at
   */
  markGaps(counts, at) {
    for (const gap of this.gaps) gap.remove();
    this.gaps = counts.flatMap((count, column) => {
      const drawn = drawnOf(count).length;
      if (drawn === count) return [];
      const [x, y] = at.middle(column, drawn / 2);
      const look = { x, y: y + 4, class: "mark middle gap" };
      return [draw(this.svg, "text", look, `${count - drawn} more`)];
    });
  }

  /** @param {string | null} neuron  "1,0" is the first of the first layer */
  mark(neuron) {
    for (const { button } of this.boxes) {
      set(button, "aria-pressed", String(button.dataset.neuron === neuron));
    }
  }

  /**
   * @param {(place: number) => number} weight
   * @param {number} largest
   */
  showWeights(weight, largest) {
    for (const { path, place } of this.edges) {
      const number = weight(place);
      set(path, "class", number < 0 ? "edge negative" : "edge positive");
      set(path, "stroke-width", (0.6 + WIDEST * (Math.abs(number) / largest)).toFixed(2));
    }
  }

  /**
   * @param {(place: number) => Float32Array} field
   * @param {Grid} grid
   * @param {Palette} colors
   */
  showFields(field, grid, colors) {
    for (const { canvas, column, place } of this.boxes) {
      const values = field(this.columns[column][place]);
      const scale = scaleOf(values);
      if (canvas) paintShades(canvas, grid, (k) => values[k] / scale, colors, 0.9);
    }
  }

  /**
   * Widths grow with the cube root, so that late and small gradients are seen as well.
   * @param {(place: number) => number} gradient
   * @param {number} largest
   */
  showGradients(gradient, largest) {
    for (const { path, place } of this.edges) {
      const root = Math.cbrt(Math.abs(gradient(place)) / largest);
      set(path, "class", "edge gradient");
      set(path, "stroke-width", (0.4 + WIDEST * root).toFixed(2));
      set(path, "opacity", Math.min(1, 0.3 + 0.7 * root).toFixed(2));
    }
    for (const { text, column, place } of this.boxes) {
      if (column === 0) continue;
      const bias = gradient(this.layers[column - 1].biases[place]);
      set(text, "text", this.hasNumbers ? digits(Number(bias.toPrecision(2))) : "");
    }
  }

  /**
   * Along which weights a step goes, and from or to which neurons.
   * @param {number[]} weights
   * @param {string[]} neurons
   */
  highlight(weights, neurons) {
    const [along, ends] = [new Set(weights), new Set(neurons)];
    const active = this.edges.filter(({ place }) => along.has(place));
    set(this.over, "d", active.map(({ path }) => path.getAttribute("d")).join(""));
    for (const { button } of this.boxes) {
      button.classList.toggle("active", ends.has(button.dataset.neuron ?? ""));
    }
  }

  /**
   * What a pointer on an edge reads.
   * @param {(place: number) => string} words
   */
  tell(words) {
    this.svg.addEventListener("pointerover", ({ target }) => {
      if (!(target instanceof SVGPathElement) || !target.dataset.place) return;
      const title = target.firstElementChild ?? draw(target, "title");
      title.textContent = words(Number(target.dataset.place));
    });
  }
}

/**
 * @param {Box} box
 * @param {Arrangement} at
 * @param {[x: number, y: number]} middle
 */
function placeBox({ button, canvas, text, column }, at, [x, y]) {
  const { boxWidth, boxHeight } = at;
  const box = {
    left: x - boxWidth / 2,
    top: y - boxHeight / 2,
    width: boxWidth,
    height: boxHeight,
  };
  for (const [key, length] of Object.entries(box)) {
    button.style.setProperty(key, `${length.toFixed(1)}px`);
  }
  const isTooWide = column === 0 && LETTER * (text.textContent ?? "").length > boxWidth;
  text.hidden = canvas ? !at.named : isTooWide || boxHeight < 16;
}
