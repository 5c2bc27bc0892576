// @ts-check
// The words of a step, in the engine's own way to put them.

/** @import { BackwardStep } from "./backward.js" */
/** @import { Graph } from "./graph.js" */
/** @import { Filler, Style } from "./writing.js" */

import { digits, hasPower } from "./digits.js";
import { isRaised } from "./naming.js";
import { filled } from "./writing.js";

/**
 * "v1 = w·x = 0.5·2 = 1"; without the result where it is to be guessed.
 * @param {Graph} graph
 * @param {number} node
 * @param {ArrayLike<number>} values
 * @param {Style} style
 */
export function forwardWords(graph, node, values, style, withResult = true) {
  const parts = [
    style.name(graph.names[node]),
    operationInNames(graph, node, style),
    filled(graph.form(node).operation, style, numberFiller(graph, node, style, values)),
  ];
  if (withResult) parts.push(style.number(values[node]));
  return [...new Set(parts)].join(style.equals);
}

/**
 * "∂L/∂a += ∂L/∂d · ∂d/∂a = −2 · −3 = 6"
 * @param {Graph} graph
 * @param {BackwardStep} step
 * @param {Style} style
 */
export function backwardWords(graph, step, style, withResult = true) {
  const own = derivative(graph, graph.output, step.input, style);
  if (step.index < 0) return own + style.equals + style.number(1);
  const chain = [
    derivative(graph, graph.output, step.node, style),
    derivative(graph, step.node, step.input, style),
  ].join(style.times);
  const numbers = [step.incoming, step.partial].map(style.number).join(style.times);
  const result = withResult ? style.equals + style.number(step.contribution) : "";
  const gains = step.overwrites ? style.equals : style.gains;
  return own + gains + chain + style.equals + numbers + result;
}

/**
 * "∂d/∂a"
 * @param {Graph} graph
 * @param {number} top
 * @param {number} bottom
 * @param {Style} style
 */
export function derivative(graph, top, bottom, style) {
  return style.derivative(style.name(graph.names[top]), style.name(graph.names[bottom]));
}

/**
 * "w·x"
 * @param {Graph} graph
 * @param {number} node
 * @param {Style} style
 */
export function operationInNames(graph, node, style) {
  return filled(graph.form(node).operation, style, nameFiller(graph, node, style));
}

/**
 * The local derivative along one input as a formula: "1 − t²".
 * @param {Graph} graph
 * @param {number} node
 * @param {number} index
 * @param {Style} style
 */
export function partialInNames(graph, node, index, style) {
  return filled(graph.form(node).partials[index], style, nameFiller(graph, node, style));
}

/**
 * @param {Graph} graph
 * @param {number} node
 * @param {Style} style
 * @returns {Filler}
 */
function nameFiller(graph, node, style) {
  return (place) => {
    const name = graph.names[at(graph, node, place)];
    return { text: style.name(name), negative: false, raised: isRaised(name) };
  };
}

/**
 * @param {Graph} graph
 * @param {number} node
 * @param {Style} style
 * @param {ArrayLike<number>} values
 * @returns {Filler}
 */
function numberFiller(graph, node, style, values) {
  return (place) => {
    const x = values[at(graph, node, place)];
    return { text: style.number(x), negative: x < 0, long: hasPower(digits(x)) };
  };
}

/**
 * The node that stands at a place of a template.
 * @param {Graph} graph
 * @param {number} node
 * @param {string} place
 */
const at = (graph, node, place) => (place === "y" ? node : graph.inputs[node][Number(place)]);
