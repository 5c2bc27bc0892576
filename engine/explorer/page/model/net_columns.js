// @ts-check
// What stands in the columns of a net's picture, or of one neuron's: units with their numbers.

/** @import { Layer, Net } from "./net.js" */
/** @import { Place } from "./net_steps.js" */
/** @import { Quantity } from "./quantity.js" */

import { activationName, inBrackets, netName, subscript } from "./net_names.js";
import { computedQuantity, gradientOf, numberOf, weightQuantity } from "./quantity.js";
import { counted, grouped } from "./text.js";

/** @typedef {{symbol: string, quantity: Quantity}} Line */

/**
 * A circle, or what stands for one where there is less room.
 * @typedef {object} Unit
 * @property {string} name
 * @property {Line[]} lines
 * @property {number} main  the line that a small picture shows
 * @property {Place | null} opens
 */

/**
 * @typedef {object} Column
 * @property {string[]} titles  the longest first
 * @property {string[]} notes
 * @property {number} count
 * @property {number} side  of the image that it is, 0 for none
 * @property {number} rows  of room, one for each unit of the longest column beside it
 * @property {(k: number) => Unit} unit
 * @property {Layer | null} layer  whose weights lead here
 * @property {boolean} hasImages  of each unit's weights
 * @property {"weights" | "each" | "all" | ""} edges  from the column before
 * @property {string} part  of a neuron that it shows, "x" for inputs, "L" for the loss
 */

const SMALLEST_IMAGE = 16;

/** The side of an image of so many numbers; 0 where it is none. @param {number} count */
export function sideOf(count) {
  const side = Math.round(Math.sqrt(count));
  return count >= SMALLEST_IMAGE && side * side === count ? side : 0;
}

/**
 * @param {Net} net
 * @returns {Column[]}
 */
export function layerColumns(net) {
  const columns = [inputColumn(net), ...net.layers.map((layer) => layerColumn(net, layer))];
  if (net.loss !== null) columns.push(lossColumn(net, net.loss));
  return columns;
}

/** @param {Net} net  @returns {Column} */
function inputColumn({ graph, inputs }) {
  return {
    titles: ["inputs", "x"],
    notes: [`x, ${counted(inputs.length, "number", "numbers")}`, grouped(inputs.length)],
    count: inputs.length,
    side: sideOf(inputs.length),
    rows: inputs.length,
    unit: (k) => ({
      name: netName("x", 0, k + 1),
      lines: [
        {
          symbol: netName("x", 0, k + 1),
          quantity: numberOf(inputs[k], netName("x", 0, k + 1), graph.isLeaf(inputs[k])),
        },
      ],
      main: 0,
      opens: null,
    }),
    layer: null,
    hasImages: false,
    edges: "",
    part: "x",
  };
}

/** @param {Net} net  @param {Layer} layer  @returns {Column} */
function layerColumn(net, layer) {
  const { number, z, a, activation, inputs } = layer;
  const isLast = net.after(layer) === null;
  const kind = activation === "identity" ? "linear" : activation;
  return {
    titles: [...(isLast && number > 1 ? [`layer ${number}, output`] : []), `layer ${number}`],
    notes: [`a${inBrackets(number)}, ${z.length} ${kind}`, `${z.length} ${kind}`, `${z.length}`],
    count: z.length,
    side: 0,
    rows: z.length,
    unit: (k) => neuronUnit(layer, k),
    layer,
    hasImages: sideOf(inputs.length) > 0,
    edges: "weights",
    part: a === z ? "z" : "a",
  };
}

/** @param {Layer} layer  @param {number} k  @returns {Unit} */
function neuronUnit({ number, z, a }, k) {
  const named = (/** @type {string} */ letter) => netName(letter, number, k + 1);
  const index = subscript(k + 1);
  const lines = [
    { symbol: `z${index}`, quantity: numberOf(z[k], named("z")) },
    { symbol: `a${index}`, quantity: numberOf(a[k], named("a")) },
    { symbol: `δ${index}`, quantity: gradientOf(z[k], named("δ")) },
  ];
  return {
    name: `neuron ${k + 1} of layer ${number}`,
    lines,
    main: 1,
    opens: { layer: number - 1, row: k },
  };
}

/** @param {Net} net  @param {number} loss  @returns {Column} */
function lossColumn({ graph }, loss) {
  const name = graph.names[loss];
  return {
    titles: [graph.data.labelled[loss] ? name : "result", "L"],
    notes: ["of the outputs", ""],
    count: 1,
    side: 0,
    rows: 1,
    unit: () => ({
      name,
      lines: [
        { symbol: "L", quantity: numberOf(loss, name) },
        { symbol: "∂", quantity: gradientOf(loss, `∂${name}/∂${name}`) },
      ],
      main: 0,
      opens: null,
    }),
    layer: null,
    hasImages: false,
    edges: "all",
    part: "L",
  };
}

/**
 * w₁x₁ + … + wₙxₙ + b = z, and a.
 * @param {Net} net
 * @param {Place} place
 * @returns {Column[]}
 */
export function neuronColumns(net, { layer: l, row }) {
  const layer = net.layers[l];
  const { number, inputs, weights, dots, z, a } = layer;
  const [own, bias, dot] = [weights[row], layer.biases[row], dots[row]];
  const count = inputs.length;
  const before = net.before(layer);
  const inputName = (/** @type {number} */ k) =>
    before ? netName("a", before.number, k + 1) : netName("x", 0, k + 1);
  const weightName = (/** @type {number} */ k) => netName("w", number, row + 1, k + 1);
  const at = (/** @type {string} */ letter) => netName(letter, number, row + 1);
  /** @type {(title: string, note: string, part: string, edges: Column["edges"]) => Omit<Column, "unit">} */
  const column = (title, note, part, edges) => ({
    titles: [title],
    notes: [note, ""],
    count,
    side: sideOf(count),
    rows: count + 1,
    layer: null,
    hasImages: false,
    edges,
    part,
  });
  /** @type {(name: string, lines: Line[], main?: number) => Unit} */
  const unit = (name, lines, main = 0) => ({ name, lines, main, opens: null });
  const single = { count: 1, side: 0, rows: 1 };
  const product = (/** @type {number} */ k) =>
    computedQuantity(
      `${weightName(k)}·${inputName(k)}`,
      "value",
      ({ values }) => values[own[k]] * values[inputs[k]],
      (moment) => moment.isKnown(dot),
    );
  const isLeaf = (/** @type {number} */ k) => net.graph.isLeaf(inputs[k]);
  const columns = [
    {
      ...column(before ? `a${inBrackets(before.number)}` : "x", "inputs", "x", ""),
      unit: (/** @type {number} */ k) =>
        unit(inputName(k), [
          {
            symbol: (before ? "a" : "x") + subscript(k + 1),
            quantity: numberOf(inputs[k], inputName(k), isLeaf(k)),
          },
        ]),
    },
    {
      ...column("w", "weights", "w", "each"),
      unit: (/** @type {number} */ k) =>
        unit(weightName(k), [
          { symbol: `w${subscript(k + 1)}`, quantity: weightQuantity(own[k], weightName(k)) },
          { symbol: "∂", quantity: gradientOf(own[k], `∂L/∂${weightName(k)}`) },
        ]),
    },
    {
      ...column("w·x", "products, b", "p", "each"),
      count: count + 1,
      unit: (/** @type {number} */ k) =>
        k < count
          ? unit(product(k).name, [{ symbol: "", quantity: product(k) }])
          : unit(at("b"), [
              { symbol: "b", quantity: weightQuantity(bias, at("b")) },
              { symbol: "∂", quantity: gradientOf(bias, `∂L/∂${at("b")}`) },
            ]),
    },
    {
      ...column("z", "their sum", "z", "all"),
      ...single,
      unit: () =>
        unit(at("z"), [
          { symbol: "z", quantity: numberOf(z[row], at("z")) },
          { symbol: "δ", quantity: gradientOf(z[row], at("δ")) },
        ]),
    },
  ];
  if (a[row] !== z[row]) {
    const name = activationName(layer.activation);
    columns.push({
      ...column("a", `${name}(z)`, "a", "all"),
      ...single,
      unit: () =>
        unit(at("a"), [
          { symbol: "a", quantity: numberOf(a[row], at("a")) },
          { symbol: "∂", quantity: gradientOf(a[row], `∂L/∂${at("a")}`) },
        ]),
    });
  }
  return columns;
}
