// @ts-check
// A convolution as a board: its image, the window, each kernel with the map of what it says.

/** @import { Board, BoardStep, Focus, Mark, Panel } from "./board.js" */
/** @import { Flow, Graph } from "./graph.js" */
/** @import { Figure } from "./net_figures.js" */

import { boards, cutNote, plainStep } from "./board.js";
import { slope } from "./net_math.js";
import { activationName } from "./net_names.js";
import { Flows } from "./net_steps.js";
import { numberOf, weightQuantity } from "./quantity.js";
import { formula } from "./writing.js";

const MOST_KERNELS = 12; // that are drawn

/**
 * @typedef {object} Data
 * @property {number} channels
 * @property {number} size  of a window
 * @property {number} stride
 * @property {number} columns  of a map
 * @property {string} activation
 * @property {number[][]} z  of each kernel, row by row
 * @property {number[][]} a
 */

/** @implements {Board} */
export class Convolution {
  /**
   * @param {Graph} graph
   * @param {Data} data
   * @param {Flow[]} order
   */
  constructor(graph, data, order) {
    this.graph = graph;
    this.data = data;
    const dots = data.z.map((own) => own.map((z) => graph.inputs[z][0]));
    const half = data.channels * data.size ** 2;
    this.windows = dots[0].map((dot) => graph.inputs[dot].slice(half));
    this.kernels = dots.map(([dot]) => graph.inputs[dot].slice(0, half));
    this.biases = data.z.map(([z]) => graph.inputs[z][1]);
    this.weights = new Set([...this.kernels.flat(), ...this.biases]);
    this.parameters = [...this.kernels[0], this.biases[0]];
    this.focus = { id: "map 0", cell: 0 };
    this.first = [...this.images(), ...this.windowPanels()];
    this.tiles = this.kernels.slice(0, MOST_KERNELS).map((_, k) => this.tile(k));
    this.steps = this.stepsOf(order, dots);
    this.formulas = formulasOf(data.activation);
  }

  // Panels

  /** The pixels that windows see, with the zeros around them; a pixel that none sees is no cell. */
  images() {
    const { channels, size, stride, columns } = this.data;
    const rows = this.windows.length / columns;
    const [height, width] = [rows, columns].map((count) => (count - 1) * stride + size);
    const pixels = Array.from({ length: channels }, () => new Map());
    for (const [k, window] of this.windows.entries()) {
      for (const [j, node] of window.entries()) {
        const { channel, row, column } = this.placeIn(j);
        const y = Math.floor(k / columns) * stride + row;
        const x = (k % columns) * stride + column;
        pixels[channel].set(y * width + x, node);
      }
    }
    return pixels.map((own, channel) => ({
      id: `image ${channel}`,
      title: channels > 1 ? `image, channel ${channel + 1}` : "image x",
      rows: height,
      columns: width,
      node: (/** @type {number} */ k) => own.get(k) ?? null,
    }));
  }

  windowPanels() {
    const { size, channels } = this.data;
    return [
      {
        id: "window",
        title: "window",
        rows: size,
        columns: channels * (size + 1) - 1,
        node: this.inKernel((k) => this.windows[this.focus.cell][k]),
      },
    ];
  }

  /** @param {number} k  @returns {Panel[]} */
  tile(k) {
    const { size, channels, columns, a } = this.data;
    return [
      {
        id: `kernel ${k}`,
        title: `kernel ${k + 1}`,
        rows: size,
        columns: channels * (size + 1) - 1,
        node: this.inKernel((cell) => this.kernels[k][cell]),
      },
      {
        id: `map ${k}`,
        title: "its map",
        rows: a[k].length / columns,
        columns,
        node: (cell) => a[k][cell],
      },
    ];
  }

  /**
   * Channels side by side, with a gap between them.
   * @param {(k: number) => number} node
   * @returns {(cell: number) => number | null}
   */
  inKernel(node) {
    const { size, channels } = this.data;
    const across = channels * (size + 1) - 1;
    return (cell) => {
      const [row, x] = [Math.floor(cell / across), cell % across];
      const [channel, column] = [Math.floor(x / (size + 1)), x % (size + 1)];
      return column === size ? null : node(channel * size ** 2 + row * size + column);
    };
  }

  /** Where a number of a window is. @param {number} k */
  placeIn(k) {
    const { size } = this.data;
    return {
      channel: Math.floor(k / size ** 2),
      row: Math.floor(k / size) % size,
      column: k % size,
    };
  }

  // What belongs together

  /** The window is that of the last cell of a map. @param {Focus} focus */
  look(focus) {
    if (focus.id.startsWith("map")) this.focus = focus;
  }

  /**
   * The window of a map's cell; all cells whose windows see a pixel; the pixel under a weight.
   * @param {Focus} focus
   * @returns {Mark[]}
   */
  marks({ id, cell }) {
    const { size, columns } = this.data;
    if (id.startsWith("map")) return this.windowMarks({ id, cell });
    if (id.startsWith("image")) return this.mapMarks(id, cell);
    const across = this.first[0].columns;
    const wide = this.tiles[0][0].columns;
    const [row, x] = [Math.floor(cell / wide), cell % wide];
    const [channel, column] = [Math.floor(x / (size + 1)), x % (size + 1)];
    if (column === size) return [];
    const corner = this.corner(this.focus.cell);
    const pixel = (corner.y + row) * across + corner.x + column;
    const here = { x, y: row, width: 1, height: 1 };
    const kernels = id === "window" ? this.tiles.map(([kernel]) => kernel.id) : [id, "window"];
    return [
      ...this.windowMarks(this.focus),
      {
        id: `image ${channel}`,
        x: pixel % across,
        y: Math.floor(pixel / across),
        width: 1,
        height: 1,
      },
      ...kernels.map((each) => ({ id: each, ...here })),
      {
        id: this.focus.id,
        x: this.focus.cell % columns,
        y: Math.floor(this.focus.cell / columns),
        width: 1,
        height: 1,
      },
    ];
  }

  /** @param {Focus} focus  @returns {Mark[]} */
  windowMarks({ id, cell }) {
    const { size, columns, channels } = this.data;
    const corner = this.corner(cell);
    const images = this.first.slice(0, channels);
    const kernel = id.replace("map", "kernel");
    const { rows: height, columns: width } = this.tiles[0][0];
    return [
      ...images.map((image) => ({ id: image.id, ...corner, width: size, height: size })),
      { id: kernel, x: 0, y: 0, width, height },
      { id, x: cell % columns, y: Math.floor(cell / columns), width: 1, height: 1 },
    ];
  }

  /** @param {string} id  @param {number} cell  @returns {Mark[]} */
  mapMarks(id, cell) {
    const { size, stride, columns } = this.data;
    const across = this.first[0].columns;
    const rows = this.windows.length / columns;
    const [y, x] = [Math.floor(cell / across), cell % across];
    const span = (/** @type {number} */ at, /** @type {number} */ count) => {
      const low = Math.max(0, Math.ceil((at - size + 1) / stride));
      return [low, Math.min(count - 1, Math.floor(at / stride)) - low + 1];
    };
    const [[top, height], [left, width]] = [span(y, rows), span(x, columns)];
    const maps = this.tiles.map(([, map]) => ({ id: map.id, x: left, y: top, width, height }));
    return [{ id, x, y, width: 1, height: 1 }, ...maps];
  }

  /** Upper left in the image. @param {number} cell */
  corner(cell) {
    const { stride, columns } = this.data;
    return { x: (cell % columns) * stride, y: Math.floor(cell / columns) * stride };
  }

  // Words

  /** @param {number} node */
  quantity(node) {
    const name = this.graph.names[node];
    if (this.weights.has(node)) return weightQuantity(node, name);
    return numberOf(node, name, this.graph.isLeaf(node));
  }

  /** @param {Focus} focus */
  said({ id, cell }) {
    const { columns } = this.data;
    const place = `row ${Math.floor(cell / columns) + 1}, column ${(cell % columns) + 1}`;
    return `Kernel ${Number(id.slice(4)) + 1} says to the window at ${place} of its map:`;
  }

  /** Window, kernel, bias, sum, and what comes out. @param {Focus} focus  @returns {Figure[]} */
  figures({ id, cell }) {
    const { size, channels, z, a } = this.data;
    const k = Number(id.slice(4));
    const across = channels * (size + 1) - 1;
    const grid = (
      /** @type {string} */ name,
      /** @type {string} */ sign,
      /** @type {(k: number) => number} */ node,
    ) => {
      const at = this.inKernel(node);
      return this.figure(name, sign, size, across, at);
    };
    const one = (
      /** @type {string} */ name,
      /** @type {string} */ sign,
      /** @type {number} */ node,
    ) => this.figure(name, sign, 1, 1, () => node);
    return [
      grid("x", "", (j) => this.windows[cell][j]),
      grid("w", "·", (j) => this.kernels[k][j]),
      one("b", "+", this.biases[k]),
      one("z", "=", z[k][cell]),
      ...(a[k][cell] === z[k][cell] ? [] : [one("a", "→", a[k][cell])]),
    ];
  }

  /**
   * @param {string} name
   * @param {string} sign
   * @param {number} rows
   * @param {number} columns
   * @param {(k: number) => number | null} node
   * @returns {Figure}
   */
  figure(name, sign, rows, columns, node) {
    const at = (/** @type {number} */ k) => {
      const found = node(k);
      return found === null ? null : this.quantity(found);
    };
    return { name, math: `<mi>${name}</mi>`, rows, columns, at, sign };
  }

  /**
   * A window after another, kernel by kernel; then the gradients of the maps, and of the kernels.
   * @param {Flow[]} order
   * @param {number[][]} dots
   * @returns {BoardStep[]}
   */
  stepsOf(order, dots) {
    const { graph, data } = this;
    const flows = new Flows(graph, order);
    /** @type {BoardStep[]} */
    const said = data.a.slice(0, MOST_KERNELS).flatMap((own, k) =>
      own.map((a, cell) => ({
        position: (graph.forwardPlace.get(a) ?? 0) + 1,
        focus: { id: `map ${k}`, cell },
        words: "",
      })),
    );
    return [
      plainStep(
        0,
        "Each kernel goes over the image, window by window. Point at a cell to see what it has to do with the others." +
          cutNote(this.tiles.length, this.kernels.length, "kernels"),
      ),
      ...said.sort((one, other) => one.position - other.position),
      plainStep(graph.forwardCount, "What comes after the maps is computed."),
      plainStep(flows.into(data.a.flat()), "The gradients have come back to the maps."),
      plainStep(
        flows.outOf([...dots.flat(), ...data.z.flat()]),
        "Each weight has met every window, so its gradient is a sum over all of them.",
      ),
      plainStep(graph.stepCount, "Every gradient is complete."),
    ];
  }
}

/** @param {string} activation */
function formulasOf(activation) {
  const name = activationName(activation);
  const sum = "<mo>Σ</mo><mi>w</mi><mi>x</mi><mo>+</mo><mi>b</mi>";
  const a = name ? `<mi>${name}</mi><mo>(</mo>${sum}<mo>)</mo>` : sum;
  return {
    forward: formula(`<mi>a</mi><mo>=</mo>${a}`),
    backward: formula(`${slope("<mi>w</mi>")}<mo>=</mo><mo>Σ</mo>${slope("<mi>z</mi>")}<mi>x</mi>`),
  };
}

boards.convolution = (graph, data, order) => new Convolution(graph, data, order);
