// @ts-check
// What is asked of a net's step before it is shown: one number of the layer, and how it comes about.

/** @import { Moment } from "./moment.js" */
/** @import { Layer, Net } from "./net.js" */
/** @import { NetStep, Place } from "./net_steps.js" */
/** @import { Question } from "./questions.js" */

import { digits } from "./digits.js";
import { activationName, netName, subscript } from "./net_names.js";

/**
 * @param {Net} net
 * @param {Place | null} neuron  that is shown alone
 * @param {NetStep} step
 * @param {Moment} moment
 * @returns {Question | null}
 */
export function netQuestion(net, neuron, { phase, layer, part }, { computed, position }) {
  if (!layer) return null;
  const row = neuron?.row ?? position % layer.z.length;
  const { values, gradients } = computed;
  const z = named(layer, "z", row);
  /** @type {(name: string, how: string, truth: number) => Question} */
  const asked = (name, how, truth) => ({
    kind: "layer",
    text: `Next: ${name} = ${how}. What number is it?`,
    truth,
    words: `${name} = ${how} = ${digits(truth)}`,
    index: -1,
  });
  if (part === "arrives" || part === "weights") return null;
  if (part === "z") return asked(z, `${sum(net, layer, row)}`, values[layer.z[row]]);
  if (phase === "forward") {
    const inner = part === "a" ? `${z} = ${digits(values[layer.z[row]])}` : sum(net, layer, row);
    const name = activationName(layer.activation);
    const how = name ? `${name}(${inner})` : inner;
    return asked(named(layer, "a", row), how, values[layer.a[row]]);
  }
  return asked(named(layer, "δ", row), arriving(net, layer, row), gradients[layer.z[row]]);
}

/** @param {Layer} layer  @param {string} letter  @param {number} row */
const named = (layer, letter, row) => netName(letter, layer.number, row + 1);

/** "w₂₁x₁ + w₂₂x₂ + b₂", the middle of a long one left out. @param {Net} net  @param {Layer} layer  @param {number} row */
function sum(net, layer, row) {
  const letter = net.before(layer) ? "a" : "x";
  const count = layer.inputs.length;
  const term = (/** @type {number} */ k) => `w${subscript(row + 1, k)}·${letter}${subscript(k)}`;
  const terms = count > 3 ? [term(1), "…", term(count)] : layer.inputs.map((_, k) => term(k + 1));
  return [...terms, `b${subscript(row + 1)}`].join(" + ");
}

/** "(Wᵀδ)₂ · tanh′(z₂)" @param {Net} net  @param {Layer} layer  @param {number} row */
function arriving(net, layer, row) {
  const after = net.after(layer);
  const arrives = after
    ? `(${netName("W", after.number)}ᵀ ${netName("δ", after.number)})${subscript(row + 1)}`
    : `∂L/∂${named(layer, "a", row)}`;
  const name = activationName(layer.activation);
  return name ? `${arrives} · ${name}′(${named(layer, "z", row)})` : arrives;
}
