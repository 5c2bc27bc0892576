// @ts-check
// The backward pass through one neuron for one sample, step by step.

/** @import { Layer } from "./film.js" */
/** @import { Tape } from "./tape.js" */

import { digits } from "../../../../engine/explorer/page/model/digits.js";
import { netName } from "../../../../engine/explorer/page/model/net_names.js";
import { nameOf } from "./columns.js";

const MOST_TERMS = 4; // of a sum that is written out

/**
 * @typedef {object} UnitStep
 * @property {"forward" | "backward"} phase
 * @property {string} symbols  "δ⁽¹⁾₂ = ∂L/∂a⁽¹⁾₂ · (1 − a²)"
 * @property {string} numbers  "0.12 · 0.9 = 0.108"
 * @property {number} result
 * @property {number[]} weights  places of the weights along which it goes
 * @property {[column: number, place: number][]} neurons  from where, or to where
 */

/** @param {number} x */
const inSum = (x) => (x < 0 ? `(${digits(x)})` : digits(x));

/**
 * What flows into the neuron, through it, and out of it: tape.values are those of a sample.
 * @param {Tape} tape
 * @param {Layer[]} layers
 * @param {[column: number, place: number]} neuron  of the columns after the inputs
 * @returns {UnitStep[]}
 */
export function unitSteps(tape, layers, [column, place]) {
  const { values } = tape;
  const gradients = tape.backward(tape.results[tape.results.length - 1]);
  const layer = layers[column - 1];
  const after = layers[column];
  const [z, a] = [layer.z[place], layer.a[place]];
  const isSum = z === a;
  const name = nameOf(layers, column, place);
  const zName = netName("z", column, place + 1);
  const delta = (/** @type {number} */ l, /** @type {number} */ k) => netName("δ", l, k + 1);
  const own = delta(column, place);
  const inputs = layer.inputs.map((input, i) => ({
    name: nameOf(layers, column - 1, i),
    weight: netName("w", column, place + 1, i + 1),
    at: layer.weights[place][i],
    value: values[input],
  }));
  /** @type {UnitStep[]} */
  const steps = [];
  const add = (
    /** @type {UnitStep["phase"]} */ phase,
    /** @type {string} */ symbols,
    /** @type {string} */ numbers,
    /** @type {number} */ result,
    /** @type {number[]} */ weights = [],
    /** @type {UnitStep["neurons"]} */ neurons = [],
  ) => steps.push({ phase, symbols, numbers, result, weights, neurons });

  const terms = inputs.map((x) => `${x.weight}·${x.name}`);
  const products = inputs.map((x) => `${inSum(values[x.at])}·${inSum(x.value)}`);
  const bias = netName("b", column, place + 1);
  const written = (/** @type {string[]} */ all) =>
    all.length > MOST_TERMS
      ? `${all.slice(0, 2).join(" + ")} + … + ${all[all.length - 1]}`
      : all.join(" + ");
  add(
    "forward",
    `${zName} = ${written(terms)} + ${bias}`,
    `${written(products)} + ${inSum(values[layer.biases[place]])}`,
    values[z],
    inputs.map((x) => x.at),
    layer.inputs.map((_, i) => [column - 1, i]),
  );
  if (!isSum) {
    add(
      "forward",
      `${name} = ${layer.activation || "f"}(${zName})`,
      `${layer.activation || "f"}(${digits(values[z])})`,
      values[a],
    );
  }

  let sum = 0;
  for (const [k, row] of (after?.weights ?? []).entries()) {
    const [w, d] = [values[row[place]], gradients[after.z[k]]];
    sum += w * d;
    add(
      "backward",
      `∂L/∂${name} ${k ? "+=" : "="} ${netName("w", column + 1, k + 1, place + 1)} · ${delta(column + 1, k)}`,
      `${digits(w)} · ${inSum(d)} = ${digits(w * d)}${k ? `, in all ${digits(sum)}` : ""}`,
      sum,
      [row[place]],
      [[column + 1, k]],
    );
  }
  const rest = gradients[a] - sum;
  if (!after || Math.abs(rest) > 1e-9 * (Math.abs(sum) + Math.abs(gradients[a]))) {
    const from = after ? `+= what comes from elsewhere` : `from the loss`;
    const text = after ? `${digits(rest)}, in all ${digits(gradients[a])}` : digits(rest);
    add("backward", `∂L/∂${name} ${from}`, text, gradients[a]);
  }
  const slope = isSum ? 1 : tape.backward(a, z)[z];
  if (isSum) {
    add("backward", `${own} = ∂L/∂${zName}`, digits(gradients[z]), gradients[z]);
  } else {
    add(
      "backward",
      `${own} = ∂L/∂${zName} = ∂L/∂${name} · f′(z), f′(z) = ${layer.slope || "∂a/∂z"}`,
      `${digits(gradients[a])} · ${inSum(slope)} = ${digits(gradients[a] * slope)}`,
      gradients[a] * slope,
    );
  }
  const d = steps[steps.length - 1].result;
  for (const [i, x] of inputs.entries()) {
    add(
      "backward",
      `∂L/∂${x.weight} = ${own} · ${x.name}`,
      `${digits(d)} · ${inSum(x.value)} = ${digits(d * x.value)}`,
      d * x.value,
      [x.at],
      [[column - 1, i]],
    );
  }
  add("backward", `∂L/∂${bias} = ${own}`, digits(d), d);
  if (column === 1) return steps;
  for (const [i, x] of inputs.entries()) {
    const w = values[x.at];
    add(
      "backward",
      `to ∂L/∂${x.name} goes ${x.weight} · ${own}`,
      `${digits(w)} · ${inSum(d)} = ${digits(w * d)}`,
      w * d,
      [x.at],
      [[column - 1, i]],
    );
  }
  return steps;
}
