// @ts-check
// Matrices and vectors of a net's step as grids of numbers: which number stands in which cell.

/** @import { Column } from "./net_columns.js" */
/** @import { Layer, Net } from "./net.js" */
/** @import { NetStep } from "./net_steps.js" */
/** @import { Quantity } from "./quantity.js" */

import { sideOf } from "./net_columns.js";
import { boldName, slope } from "./net_math.js";
import { activationName, netName } from "./net_names.js";
import { computedQuantity, gradientOf, numberOf, weightQuantity } from "./quantity.js";

const LONGEST_COLUMN = 24; // of a vector that stands upright

/**
 * @typedef {object} Figure
 * @property {string} name  in words
 * @property {string} math  the same in MathML
 * @property {number} rows
 * @property {number} columns
 * @property {(k: number) => Quantity | null} at  row by row; null where nothing stands
 * @property {string} sign  before it, as "·"
 */

/**
 * The figures of a step, in the order of its formula.
 * @param {Net} net
 * @param {NetStep} step
 * @returns {Figure[]}
 */
export function figuresOf(net, step) {
  const { layer, phase, part } = step;
  if (phase === "start" || part) return [];
  const last = net.layers[net.layers.length - 1];
  if (!layer) return [phase === "forward" ? outcomes(last) : arriving(last)];
  return phase === "forward" ? forwardFigures(net, layer) : backwardFigures(net, layer);
}

/** @param {Net} net  @param {Layer} layer */
function forwardFigures(net, layer) {
  const figures = [weights(layer), signed("·", incoming(net, layer)), signed("+", biases(layer))];
  if (layer.a !== layer.z) figures.push(signed("=", vectorOf(layer, "z", layer.z, numberOf)));
  figures.push(signed("→", outcomes(layer)));
  return figures;
}

/** @param {Net} net  @param {Layer} layer */
function backwardFigures(net, layer) {
  const after = net.after(layer);
  const figures = after ? [weights(after), signed("ᵀ ·", deltas(after))] : [arriving(layer)];
  if (layer.activation !== "identity") {
    if (layer.activation) figures.push(signed("∘", slopes(net, layer)));
  }
  figures.push(signed("=", deltas(layer)), weightGradients(net, layer));
  return figures;
}

/** @param {string} sign  @param {Figure} figure  @returns {Figure} */
const signed = (sign, figure) => ({ ...figure, sign });

/**
 * Upright where it is short; an image where it is one; else in as many columns as it needs.
 * @param {string} name
 * @param {string} math
 * @param {number} count
 * @param {(k: number) => Quantity} at
 * @returns {Figure}
 */
export function vector(name, math, count, at) {
  const side = count > LONGEST_COLUMN ? sideOf(count) : 0;
  const columns = side || Math.ceil(count / LONGEST_COLUMN);
  const rows = Math.ceil(count / columns);
  return { name, math, rows, columns, at: (k) => (k < count ? at(k) : null), sign: "" };
}

/**
 * @param {Layer} layer
 * @param {string} letter
 * @param {number[]} nodes
 * @param {(node: number, name: string) => Quantity} make
 */
function vectorOf({ number }, letter, nodes, make) {
  const at = (/** @type {number} */ k) => make(nodes[k], netName(letter, number, k + 1));
  return vector(netName(letter, number), boldName(letter, number), nodes.length, at);
}

/** @param {Layer} layer */
const outcomes = (layer) => vectorOf(layer, "a", layer.a, numberOf);

/** @param {Layer} layer */
const biases = (layer) => vectorOf(layer, "b", layer.biases, weightQuantity);

/** @param {Layer} layer */
const deltas = (layer) => vectorOf(layer, "δ", layer.z, gradientOf);

/** @param {Net} net  @param {Layer} layer */
function incoming(net, layer) {
  const before = net.before(layer);
  if (before) return outcomes(before);
  const { graph, inputs } = net;
  return vector("x", boldName("x", 0), inputs.length, (k) =>
    numberOf(inputs[k], netName("x", 0, k + 1), graph.isLeaf(inputs[k])),
  );
}

/** What arrives at the outputs: ∂L/∂a. @param {Layer} layer */
function arriving({ number, a }) {
  return vector(`∂L/∂${netName("a", number)}`, slope(boldName("a", number)), a.length, (k) =>
    gradientOf(a[k], `∂L/∂${netName("a", number, k + 1)}`),
  );
}

/** σ′(z): the local derivative of each activation. @param {Net} net  @param {Layer} layer */
function slopes(net, { number, activation, z, a }) {
  const name = activationName(activation);
  const math = `<mrow><mi>${name}</mi><mo>′</mo><mo>(</mo>${boldName("z", number)}<mo>)</mo></mrow>`;
  return vector(`${name}′(${netName("z", number)})`, math, z.length, (k) =>
    computedQuantity(
      `${name}′(${netName("z", number, k + 1)})`,
      "value",
      ({ partials }) => partials[a[k]][0],
      (moment) => moment.isKnown(a[k]) && net.graph.inputs[a[k]].length === 1,
    ),
  );
}

/** @param {Layer} layer */
function weights(layer) {
  const { number } = layer;
  const at = (/** @type {number} */ j, /** @type {number} */ i) =>
    weightQuantity(layer.weights[j][i], netName("w", number, j + 1, i + 1));
  return matrix(layer, netName("W", number), boldName("W", number), at);
}

/** δ aᵀ, by this sample alone. @param {Net} net  @param {Layer} layer  @returns {Figure} */
function weightGradients({ isShared }, layer) {
  const { number, inputs, z, dots } = layer;
  const last = (/** @type {number} */ j) => dots[j];
  const at = (/** @type {number} */ j, /** @type {number} */ i) =>
    computedQuantity(
      `∂L/∂${netName("w", number, j + 1, i + 1)}${isShared ? ", by this sample" : ""}`,
      "gradient",
      ({ gradients, values }) => gradients[z[j]] * values[inputs[i]],
      (moment) => moment.hasFlowed([last(j), inputs.length - 1]),
    );
  return matrix(layer, `∂L/∂${netName("W", number)}`, slope(boldName("W", number)), at);
}

/**
 * Each neuron's row; where its inputs are an image, each neuron's weights as one, side by side.
 * @param {Layer} layer
 * @param {string} name
 * @param {string} math
 * @param {(j: number, i: number) => Quantity} at
 * @returns {Figure}
 */
function matrix({ weights, inputs }, name, math, at) {
  const [n, m] = [weights.length, inputs.length];
  const side = m > LONGEST_COLUMN ? sideOf(m) : 0;
  if (!side) {
    return { name, math, rows: n, columns: m, at: (k) => at(Math.floor(k / m), k % m), sign: "" };
  }
  const across = Math.ceil(Math.sqrt(n));
  const [pitch, columns] = [side + 1, across * (side + 1) - 1];
  const rows = Math.ceil(n / across) * pitch - 1;
  /** @param {number} k */
  const tiled = (k) => {
    const [y, x] = [Math.floor(k / columns), k % columns];
    const j = Math.floor(y / pitch) * across + Math.floor(x / pitch);
    const isGap = y % pitch === side || x % pitch === side || j >= n;
    return isGap ? null : at(j, (y % pitch) * side + (x % pitch));
  };
  return { name, math, rows, columns, at: tiled, sign: "" };
}

/** One neuron's weights as an image. @param {Layer} layer  @param {number} j  @returns {Figure} */
export function imageOfWeights({ weights, inputs, number }, j) {
  const side = sideOf(inputs.length);
  const at = (/** @type {number} */ i) =>
    weightQuantity(weights[j][i], netName("w", number, j + 1, i + 1));
  const name = `the weights of neuron ${j + 1} of layer ${number}`;
  return { name, math: "", rows: side, columns: side, at, sign: "" };
}

/**
 * A column of units as one grid.
 * @param {Column} column
 * @param {{rows: number, columns: number}} grid
 * @returns {Figure}
 */
export function figureOfColumn({ titles, count, unit }, { rows, columns }) {
  const at = (/** @type {number} */ k) => {
    if (k >= count) return null;
    const { lines, main } = unit(k);
    return lines[main].quantity;
  };
  return { name: titles[0], math: "", rows, columns, at, sign: "" };
}
