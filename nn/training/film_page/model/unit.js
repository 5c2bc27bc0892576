// @ts-check
// The backward pass through one neuron for one sample, step by step.

/** @import { Layer } from "./film.js" */
/** @import { Tape } from "./tape.js" */

import { digits } from "../../../../engine/explorer/page/model/digits.js";
import { netName } from "../../../../engine/explorer/page/model/net_names.js";
import { nameOf } from "./columns.js";

const MOST_TERMS = 4; // of a sum that is written out
const MOST_STEPS = 12; // of a kind; more are one step
const NOTHING = 1e-9; // of what comes together: rounding

/** @typedef {[column: number, place: number]} Neuron  column 0 are the inputs */

/**
 * @typedef {object} UnitStep
 * @property {"forward" | "backward"} phase
 * @property {string} symbols  "∂L/∂b⁽¹⁾₂ = δ⁽¹⁾₂"
 * @property {string} numbers  "0.12 · 0.9 = 0.108"
 * @property {number} result
 * @property {number[]} weights  places of the weights along which it goes
 * @property {Neuron[]} neurons  from where, or to where
 */

/**
 * What flows into the neuron, through it, and out of it: tape.values are those of a sample.
 * @param {Tape} tape
 * @param {Layer[]} layers
 * @param {Neuron} neuron  of a layer
 * @returns {UnitStep[]}
 */
export function unitSteps(tape, layers, neuron) {
  const pass = new Pass(tape, layers, neuron);
  return [
    ...pass.forward(),
    ...gathered(pass.arriving()),
    ...pass.rest(),
    pass.through(),
    ...gathered(pass.toWeights()),
    pass.toBias(),
    ...gathered(pass.onward()),
  ];
}

/** @param {number} x */
const inSum = (x) => (x < 0 ? `(${digits(x)})` : digits(x));

/** @param {string[]} terms */
const written = (terms) =>
  terms.length > MOST_TERMS
    ? `${terms.slice(0, 2).join(" + ")} + … + ${terms[terms.length - 1]}`
    : terms.join(" + ");

/**
 * @param {string} symbols
 * @param {string} numbers
 * @param {number} result
 * @param {number[]} weights
 * @param {Neuron[]} neurons
 * @returns {UnitStep}
 */
const backward = (symbols, numbers, result, weights = [], neurons = []) => ({
  phase: "backward",
  symbols,
  numbers,
  result,
  weights,
  neurons,
});

/**
 * Of many steps of a kind one, with the first and the last.
 * @param {UnitStep[]} steps
 */
function gathered(steps) {
  if (steps.length <= MOST_STEPS) return steps;
  const [first, last] = [steps[0], steps[steps.length - 1]];
  return [
    backward(
      `${first.symbols}, …, ${last.symbols}`,
      `${first.numbers}, …, ${last.numbers}`,
      last.result,
      steps.flatMap((step) => step.weights),
      steps.flatMap((step) => step.neurons),
    ),
  ];
}

class Pass {
  /**
   * @param {Tape} tape
   * @param {Layer[]} layers
   * @param {Neuron} neuron
   */
  constructor(tape, layers, [column, place]) {
    const { values } = tape;
    this.tape = tape;
    this.column = column;
    this.layer = layers[column - 1];
    this.z = this.layer.z[place];
    this.a = this.layer.a[place];
    this.gradients = tape.backward(tape.results[tape.results.length - 1]);
    this.name = nameOf(layers, column, place);
    this.sum = netName("z", column, place + 1);
    this.delta = netName("δ", column, place + 1);
    this.bias = { name: netName("b", column, place + 1), value: values[this.layer.biases[place]] };
    this.inputs = this.layer.inputs.map((input, i) => ({
      name: nameOf(layers, column - 1, i),
      value: values[input],
      weight: netName("w", column, place + 1, i + 1),
      at: this.layer.weights[place][i],
      neuron: /** @type {Neuron} */ ([column - 1, i]),
    }));
    /** Where it goes, none for the last layer. */
    this.outputs = (layers[column]?.weights ?? []).map((row, k) => ({
      weight: netName("w", column + 1, k + 1, place + 1),
      at: row[place],
      delta: netName("δ", column + 1, k + 1),
      gradient: this.gradients[layers[column].z[k]],
      neuron: /** @type {Neuron} */ ([column + 1, k]),
    }));
    this.arrived = this.outputs.reduce((sum, { at, gradient }) => sum + values[at] * gradient, 0);
  }

  /**
   * @returns {UnitStep[]}  z, and a where there is an activation
   */
  forward() {
    const { inputs, bias, name, sum, z, a } = this;
    const { values } = this.tape;
    const phase = /** @type {const} */ ("forward");
    const products = inputs.map(({ at, value }) => `${inSum(values[at])}·${inSum(value)}`);
    const weighing = {
      phase,
      symbols: `${sum} = ${written(inputs.map((x) => `${x.weight}·${x.name}`))} + ${bias.name}`,
      numbers: `${written(products)} + ${inSum(bias.value)}`,
      result: values[z],
      weights: inputs.map(({ at }) => at),
      neurons: inputs.map(({ neuron }) => neuron),
    };
    if (z === a) return [weighing];
    const f = this.layer.activation || "f";
    const symbols = `${name} = ${f}(${sum})`;
    const numbers = `${f}(${digits(values[z])})`;
    return [weighing, { phase, symbols, numbers, result: values[a], weights: [], neurons: [] }];
  }

  /** From each neuron of the next layer, added up. */
  arriving() {
    let sum = 0;
    return this.outputs.map(({ weight, at, delta, gradient, neuron }, k) => {
      const w = this.tape.values[at];
      sum += w * gradient;
      const all = k ? `, in all ${digits(sum)}` : "";
      return backward(
        `∂L/∂${this.name} ${k ? "+=" : "="} ${weight} · ${delta}`,
        `${digits(w)} · ${inSum(gradient)} = ${digits(w * gradient)}${all}`,
        sum,
        [at],
        [neuron],
      );
    });
  }

  /** What comes from no neuron: from the loss itself, or past the next layer. */
  rest() {
    const { arrived, outputs, name } = this;
    const gradient = this.gradients[this.a];
    const rest = gradient - arrived;
    if (!outputs.length) return [backward(`∂L/∂${name} from the loss`, digits(rest), gradient)];
    if (Math.abs(rest) <= NOTHING * (Math.abs(arrived) + Math.abs(gradient))) return [];
    const numbers = `${digits(rest)}, in all ${digits(gradient)}`;
    return [backward(`∂L/∂${name} += what comes from elsewhere`, numbers, gradient)];
  }

  /** δ = ∂L/∂z, by the derivative of the activation. */
  through() {
    const { name, sum, delta, z, a, tape, gradients } = this;
    if (z === a) return backward(`${delta} = ∂L/∂${sum}`, digits(gradients[z]), gradients[z]);
    const slope = tape.backward(a, z)[z];
    const result = gradients[a] * slope;
    return backward(
      `${delta} = ∂L/∂${sum} = ∂L/∂${name} · f′(z), f′(z) = ${this.layer.slope || "∂a/∂z"}`,
      `${digits(gradients[a])} · ${inSum(slope)} = ${digits(result)}`,
      result,
    );
  }

  /** δ as the last step gave it. */
  get own() {
    return this.through().result;
  }

  toWeights() {
    const { own, delta } = this;
    return this.inputs.map(({ name, value, weight, at, neuron }) =>
      backward(
        `∂L/∂${weight} = ${delta} · ${name}`,
        `${digits(own)} · ${inSum(value)} = ${digits(own * value)}`,
        own * value,
        [at],
        [neuron],
      ),
    );
  }

  toBias() {
    return backward(`∂L/∂${this.bias.name} = ${this.delta}`, digits(this.own), this.own);
  }

  /** To each neuron of the layer before. */
  onward() {
    const { own, delta, column } = this;
    if (column === 1) return [];
    return this.inputs.map(({ name, weight, at, neuron }) => {
      const w = this.tape.values[at];
      return backward(
        `to ∂L/∂${name} goes ${weight} · ${delta}`,
        `${digits(w)} · ${inSum(own)} = ${digits(w * own)}`,
        w * own,
        [at],
        [neuron],
      );
    });
  }
}
