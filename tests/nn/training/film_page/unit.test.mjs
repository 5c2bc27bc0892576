// @ts-check
// The pass through one neuron: its steps, with the numbers of a sample.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Tape } from "../../../../nn/training/film_page/model/tape.js";
import { unitSteps } from "../../../../nn/training/film_page/model/unit.js";

/** @type {any[]} */
const RULES = [
  {
    name: "dot",
    partials: (/** @type {number} */ _, /** @type {number[]} */ ...ab) => [
      ...ab.slice(ab.length / 2),
      ...ab.slice(0, ab.length / 2),
    ],
  },
  {
    name: "add",
    value: (/** @type {number} */ a, /** @type {number} */ b) => a + b,
    partials: () => [1, 1],
  },
  {
    name: "square",
    value: (/** @type {number} */ x) => x * x,
    partials: (/** @type {number} */ _, /** @type {number} */ x) => [2 * x],
  },
];

/**
 * x → one neuron with an activation x² → n neurons without → the square of the last one.
 * @param {number} n
 */
function net(n) {
  const leaves = 3 + 2 * n; // x, w, b, then w and b of each
  const hidden = [
    [0, 1, 0],
    [1, leaves, 2],
    [2, leaves + 1],
  ];
  const outputs = Array.from({ length: n }, (_, k) => [
    [0, 3 + 2 * k, leaves + 2],
    [1, leaves + 3 + 2 * k, 4 + 2 * k],
  ]).flat();
  const last = leaves + 2 + 2 * n;
  const loss = last + 1;
  const operations = [...hidden, ...outputs, [2, last]];
  const tape = new Tape({ leaves, constants: [], operations, results: [last, loss] }, RULES);
  const places = Array.from({ length: n }, (_, k) => k);
  const layers = [
    {
      inputs: [0],
      weights: [[1]],
      biases: [2],
      z: [leaves + 1],
      a: [leaves + 2],
      activation: "square",
      slope: "2·z",
    },
    {
      inputs: [leaves + 2],
      weights: places.map((k) => [3 + 2 * k]),
      biases: places.map((k) => 4 + 2 * k),
      z: places.map((k) => leaves + 4 + 2 * k),
      a: places.map((k) => leaves + 4 + 2 * k),
      activation: "identity",
      slope: "",
    },
  ];
  tape.values.set([2, 3, -1, ...places.flatMap((k) => [0.5 + k, 1])]);
  tape.forward();
  return { tape, layers };
}

test("forward, what arrives, through the activation, to the weights", () => {
  const { tape, layers } = net(1);
  const steps = unitSteps(tape, layers, [1, 0]);
  assert.deepEqual(
    steps.map(({ phase, symbols, numbers }) => [phase, symbols, numbers]),
    [
      ["forward", "z⁽¹⁾₁ = w⁽¹⁾₁₁·x₁ + b⁽¹⁾₁", "3·2 + (−1)"],
      ["forward", "a⁽¹⁾₁ = square(z⁽¹⁾₁)", "square(5)"],
      ["backward", "∂L/∂a⁽¹⁾₁ = w⁽²⁾₁₁ · δ⁽²⁾₁", "0.5 · 27 = 13.5"],
      ["backward", "δ⁽¹⁾₁ = ∂L/∂z⁽¹⁾₁ = ∂L/∂a⁽¹⁾₁ · f′(z), f′(z) = 2·z", "13.5 · 10 = 135"],
      ["backward", "∂L/∂w⁽¹⁾₁₁ = δ⁽¹⁾₁ · x₁", "135 · 2 = 270"],
      ["backward", "∂L/∂b⁽¹⁾₁ = δ⁽¹⁾₁", "135"],
    ],
  );
  assert.deepEqual(steps[2].weights, [3]);
  assert.deepEqual(steps[2].neurons, [[2, 0]]);
});

test("into the last layer from the loss, and on to the layer before", () => {
  const { tape, layers } = net(1);
  const steps = unitSteps(tape, layers, [2, 0]);
  assert.deepEqual(
    steps.map(({ symbols, result }) => [symbols, result]),
    [
      ["z⁽²⁾₁ = w⁽²⁾₁₁·a⁽¹⁾₁ + b⁽²⁾₁", 13.5],
      ["∂L/∂z⁽²⁾₁ from the loss", 27],
      ["δ⁽²⁾₁ = ∂L/∂z⁽²⁾₁", 27],
      ["∂L/∂w⁽²⁾₁₁ = δ⁽²⁾₁ · a⁽¹⁾₁", 27 * 25],
      ["∂L/∂b⁽²⁾₁ = δ⁽²⁾₁", 27],
      ["to ∂L/∂a⁽¹⁾₁ goes w⁽²⁾₁₁ · δ⁽²⁾₁", 13.5],
    ],
  );
});

test("many steps of a kind are one, with the first and the last", () => {
  for (const n of [12, 13]) {
    const { tape, layers } = net(n);
    const steps = unitSteps(tape, layers, [1, 0]);
    const arriving = steps.filter(({ symbols }) => symbols.startsWith("∂L/∂a"));
    assert.equal(arriving.length, n === 12 ? 12 : 1);
    const { result, weights, symbols } = arriving[arriving.length - 1];
    assert.equal(result, tape.backward(tape.results[1])[layers[0].a[0]]);
    assert.equal(weights.length, n === 12 ? 1 : 13);
    if (n === 13) assert.match(symbols, /^∂L\/∂a⁽¹⁾₁ = w⁽²⁾₁₁ · δ⁽²⁾₁, …, ∂L\/∂a⁽¹⁾₁ \+= w⁽²⁾₁₃/);
  }
});

test("what comes past the next layer is a step of its own", () => {
  const { tape, layers } = net(2);
  const alone = [layers[0], { ...layers[1], weights: layers[1].weights.slice(0, 1) }];
  const steps = unitSteps(tape, alone, [1, 0]);
  const rest = steps.find(({ symbols }) => symbols.endsWith("+= what comes from elsewhere"));
  assert.equal(rest?.result, tape.backward(tape.results[1])[layers[0].a[0]]);
});
