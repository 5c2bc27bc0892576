// @ts-check
// A net's step as formulas, and as a sentence.

/** @import { Moment } from "./moment.js" */
/** @import { Layer, Net } from "./net.js" */
/** @import { NetStep, Place } from "./net_steps.js" */

import { bracketed, digits } from "./digits.js";
import { boldName, slope, transposed } from "./net_math.js";
import { activationName, inBrackets, netName } from "./net_names.js";
import { formula } from "./writing.js";

const MOST_TERMS = 4;

/**
 * The formulas of a step, in HTML.
 * @param {Net} net
 * @param {NetStep} step
 */
export function netFormulas(net, { phase, layer }) {
  if (phase === "start") return "";
  if (!layer) return lossFormula(net, phase);
  return phase === "forward" ? forwardFormula(net, layer) : backwardFormulas(net, layer);
}

/** @param {Layer} layer  @param {string} inner */
function activated({ activation }, inner) {
  const name = activationName(activation);
  return name ? `<mi>${name}</mi><mo>(</mo>${inner}<mo>)</mo>` : inner;
}

/** @param {Net} net  @param {Layer} layer */
const before = (net, layer) => {
  const found = net.before(layer);
  return found ? boldName("a", found.number) : boldName("x", 0);
};

/** @param {Net} net  @param {Layer} layer */
function forwardFormula(net, layer) {
  const { number } = layer;
  const sum = `${boldName("W", number)}<mspace width="0.2em"/>${before(net, layer)}<mo>+</mo>${boldName("b", number)}`;
  return formula(`${boldName("a", number)}<mo>=</mo>${activated(layer, sum)}`);
}

/** @param {Net} net  @param {Layer} layer */
function backwardFormulas(net, layer) {
  const { number, activation } = layer;
  const after = net.after(layer);
  const name = activationName(activation);
  const arrives = after
    ? `${transposed(boldName("W", after.number))}<mspace width="0.2em"/>${boldName("δ", after.number)}`
    : slope(boldName("a", number));
  const bracketed = after && name ? `<mo>(</mo>${arrives}<mo>)</mo>` : arrives;
  const local = name
    ? `<mo>∘</mo><mi>${name}</mi><mo>′</mo><mo>(</mo>${boldName("z", number)}<mo>)</mo>`
    : "";
  const product = `${boldName("δ", number)}<mspace width="0.2em"/>${transposed(before(net, layer))}`;
  return [
    formula(`${boldName("δ", number)}<mo>=</mo>${bracketed}${local}`),
    formula(`${slope(boldName("W", number))}<mo>=</mo>${product}`),
    formula(`${slope(boldName("b", number))}<mo>=</mo>${boldName("δ", number)}`),
  ].join("");
}

/** @param {Net} net  @param {string} phase */
function lossFormula(net, phase) {
  const last = boldName("a", net.layers.length);
  if (phase === "backward") return formula(slope(last));
  return formula(`<mi>L</mi><mo>=</mo><mtext>loss</mtext><mo>(</mo>${last}<mo>)</mo>`);
}

/**
 * What a reader should know beside the formulas.
 * @param {Net} net
 * @param {NetStep} step
 * @param {Moment} moment
 */
export function netSentence(net, { phase, layer }, moment) {
  if (phase === "start") {
    return "The inputs and the weights have their numbers. Each step computes a whole layer, then the gradients flow back, a layer at a time.";
  }
  if (!layer) {
    const loss = moment.valueText(net.loss ?? 0);
    if (phase === "forward") return `The loss of these outputs is ${loss}.`;
    return "How much the loss changes with each output: where the backward pass begins.";
  }
  const { number, z, inputs } = layer;
  if (phase === "forward") {
    const size = `${z.length} × ${inputs.length}`;
    return z.length === 1
      ? `Layer ${number} weighs its inputs, adds the bias and finds ${netName("a", number, 1)} = ${moment.valueText(layer.a[0])}.`
      : `Layer ${number} computes its ${z.length} numbers at once, with ${size} weights.`;
  }
  const shared = net.isShared
    ? " Its weights are used elsewhere too, which adds to their gradients."
    : "";
  return `δ${inBrackets(number)} is how much the loss changes with each z${inBrackets(number)}; times what came in, it is the gradient of each weight.${shared}`;
}

/**
 * @param {Net} net
 * @param {Place} place
 * @param {NetStep} step
 * @param {Moment} moment
 */
export function neuronSentence(net, place, { phase, part }, moment) {
  const layer = net.layers[place.layer];
  const [z, a] = [layer.z[place.row], layer.a[place.row]];
  const named = (/** @type {string} */ letter) => netName(letter, layer.number, place.row + 1);
  const name = activationName(layer.activation);
  if (phase === "start")
    return `Neuron ${place.row + 1} of layer ${layer.number} has its inputs, its weights and its bias.`;
  if (part === "z")
    return `${named("z")} = ${sumInNumbers(net, place, moment)} = ${moment.valueText(z)}`;
  if (part === "a")
    return `${named("a")} = ${name}(${named("z")}) = ${name}(${moment.valueText(z)}) = ${moment.valueText(a)}`;
  if (part === "arrives")
    return `The rest of the net is computed, and its gradient comes back: ∂L/∂${named("a")} = ${moment.gradientText(a)}`;
  if (part === "weights")
    return `Each weight gets δ times what it multiplied: ∂L/∂w = ${moment.gradientText(z)} · x; the bias gets δ itself.`;
  if (a === z)
    return `Its gradient comes back: ${named("δ")} = ∂L/∂${named("z")} = ${moment.gradientText(z)}`;
  const local = layer.activation ? digits(moment.computed.partials[a][0]) : "its slope";
  return `${named("δ")} = ∂L/∂${named("a")} · ${name}′(${named("z")}) = ${moment.gradientText(a)} · ${local} = ${moment.gradientText(z)}`;
}

/** w₁x₁ + … + b in numbers. @param {Net} net  @param {Place} place  @param {Moment} moment */
function sumInNumbers(net, { layer: k, row }, { computed }) {
  const { weights, inputs, biases } = net.layers[k];
  const { values } = computed;
  const terms = inputs.map(
    (input, i) => `${digits(values[weights[row][i]])}·${bracketed(values[input])}`,
  );
  const shown =
    terms.length > MOST_TERMS
      ? [...terms.slice(0, MOST_TERMS - 1), "…", terms[terms.length - 1]]
      : terms;
  return `${shown.join(" + ")} + ${bracketed(values[biases[row]])}`;
}
