// @ts-check
// The net as boxes and edges: what each neuron sees and its weights, or the gradients.

/** @import { Arrangement } from "../model/columns.js" */
/** @import { Layer } from "../model/film.js" */
/** @import { Grid, Palette } from "./paint.js" */

import { digits } from "../../../../engine/explorer/page/model/digits.js";
import { draw, make, set } from "../../../../engine/explorer/page/screen/dom.js";
import { arrange, columnsOf, nameOf } from "../model/columns.js";
import { paintShades, scaleOf } from "./paint.js";

const WIDEST = 6; // of an edge
const LETTER = 7; // the width of one in a name
const LEAST_NUMBER = 60; // the width of a box that a number fits in

/** @typedef {{path: SVGPathElement, place: number}} Edge  and where its weight is on the tape */
/** @typedef {{button: HTMLButtonElement, canvas: HTMLCanvasElement | null, text: HTMLElement}} Box */

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
    /** @type {Edge[][][]} */
    this.edges = layers.map(({ weights }) => weights.map((row) => row.map((p) => this.edge(p))));
    this.over = draw(this.svg, "path", { class: "edge active" });
    /** @type {Box[][]} */
    this.boxes = this.columns.map((places, column) =>
      places.map((_, place) => this.box(column, place, hasFields)),
    );
  }

  /**
   * @param {number} place
   * @returns {Edge}
   */
  edge(place) {
    return { path: draw(this.svg, "path", { "data-place": place }), place };
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
    return { button, canvas, text };
  }

  /** Whether a number can be read in a box. */
  get hasNumbers() {
    return (this.arrangement?.boxWidth ?? 0) >= LEAST_NUMBER;
  }

  layOut() {
    const { host, columns, svg, layers } = this;
    const width = host.clientWidth;
    const at = arrange(
      columns.map((places) => places.length),
      width,
    );
    this.arrangement = at;
    host.style.height = `${at.height}px`;
    svg.setAttribute("viewBox", `0 0 ${width} ${at.height}`);
    for (const [column, boxes] of this.boxes.entries()) {
      for (const [place, box] of boxes.entries()) placeBox(box, at, column, place);
    }
    for (const [k] of layers.entries()) {
      for (const [neuron, edges] of this.edges[k].entries()) {
        for (const [source, { path }] of edges.entries()) {
          const [x1, y1] = at.middle(k, source);
          const [x2, y2] = at.middle(k + 1, neuron);
          set(path, "d", `M${x1 + at.boxWidth / 2} ${y1}L${x2 - at.boxWidth / 2} ${y2}`);
        }
      }
    }
  }

  /** @param {string | null} neuron  "1,0" is the first of the first layer */
  mark(neuron) {
    for (const { button } of this.boxes.flat()) {
      set(button, "aria-pressed", String(button.dataset.neuron === neuron));
    }
  }

  /**
   * @param {(place: number) => number} weight
   * @param {number} largest
   */
  showWeights(weight, largest) {
    for (const { path, place } of this.edges.flat(2)) {
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
    for (const [column, boxes] of this.boxes.entries()) {
      for (const [place, { canvas }] of boxes.entries()) {
        const values = field(this.columns[column][place]);
        const scale = scaleOf(values);
        if (canvas) paintShades(canvas, grid, (k) => values[k] / scale, colors, 0.9);
      }
    }
  }

  /**
   * Widths grow with the cube root, so that late and small gradients are seen as well.
   * @param {(place: number) => number} gradient
   * @param {number} largest
   */
  showGradients(gradient, largest) {
    for (const { path, place } of this.edges.flat(2)) {
      const root = Math.cbrt(Math.abs(gradient(place)) / largest);
      set(path, "class", "edge gradient");
      set(path, "stroke-width", (0.4 + WIDEST * root).toFixed(2));
      set(path, "opacity", Math.min(1, 0.3 + 0.7 * root).toFixed(2));
    }
    for (const [k, { biases }] of this.layers.entries()) {
      for (const [neuron, bias] of biases.entries()) {
        const { text } = this.boxes[k + 1][neuron];
        set(text, "text", this.hasNumbers ? digits(Number(gradient(bias).toPrecision(2))) : "");
      }
    }
  }

  /**
   * Along which weights a step goes, and from or to which neurons.
   * @param {number[]} weights
   * @param {string[]} neurons
   */
  highlight(weights, neurons) {
    const [along, ends] = [new Set(weights), new Set(neurons)];
    const active = this.edges.flat(2).filter(({ place }) => along.has(place));
    set(this.over, "d", active.map(({ path }) => path.getAttribute("d")).join(""));
    for (const { button } of this.boxes.flat()) {
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
 * @param {number} column
 * @param {number} place
 */
function placeBox({ button, canvas, text }, at, column, place) {
  const [x, y] = at.middle(column, place);
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
