// @ts-check
// What the film's page computes by itself: the net, where it is undecided, the marks of an axis.

import assert from "node:assert/strict";
import { test } from "node:test";
import { zeroLines } from "../../../../demos/chapter3_training/film_page/contour.js";
import { epochAt, roundNumbers } from "../../../../demos/chapter3_training/film_page/loss.js";
import {
  fields,
  largest,
  layersOf,
  outputs,
} from "../../../../demos/chapter3_training/film_page/net.js";

test("parameters come neuron by neuron, weights before the bias", () => {
  assert.deepEqual(layersOf([2, 2, 1]), [
    [
      { weights: [0, 1], bias: 2 },
      { weights: [3, 4], bias: 5 },
    ],
    [{ weights: [6, 7], bias: 8 }],
  ]);
});

test("tanh within, a probability at the end", () => {
  const layers = layersOf([2, 1, 1]);
  const [point, [hidden], [probability]] = outputs(layers, [0.5, -1, 0.25, 2, -1], [3, 1]);
  assert.deepEqual(point, [3, 1]);
  assert.equal(hidden, Math.tanh(0.75));
  assert.equal(probability, 1 / (1 + Math.exp(1 - 2 * Math.tanh(0.75))));
});

test("a field holds each neuron's output, row by row from the top left", () => {
  const layers = layersOf([2, 1]);
  const [[x, y], [decision]] = fields(layers, [1, 0, 0], 4, 3);
  assert.ok(x[0] < x[1] && x[0] === x[4]);
  assert.ok(y[0] > y[4] && y[0] === y[1]);
  for (const [k, value] of decision.entries()) assert.equal(value > 0, x[k] > 0);
});

test("the largest weight is no bias", () => {
  const frame = { loss: 1, accuracy: 1, parameters: [1, -3, 9], gradients: [0, 0, 0] };
  assert.equal(largest([frame], layersOf([2, 1]), "parameters"), 3);
  assert.ok(largest([frame], layersOf([2, 1]), "gradients") > 0); // it is divided by
});

test("the line of a circle is a circle, closed", () => {
  const [columns, rows, radius] = [40, 30, 9.3];
  const distance = (/** @type {number} */ x, /** @type {number} */ y) => Math.hypot(x - 20, y - 15);
  const field = Array.from(
    { length: columns * rows },
    (_, k) => distance(k % columns, Math.floor(k / columns)) - radius,
  );
  const lines = zeroLines(field, columns, rows);
  const ends = lines.flat().map((point) => point.map((n) => n.toFixed(6)).join());
  for (const [x, y] of lines.flat()) assert.ok(Math.abs(distance(x, y) - radius) < 0.05);
  for (const end of ends) assert.equal(ends.filter((other) => other === end).length, 2);
  assert.ok(lines.length > 50);
});

test("an axis has round marks within its bounds", () => {
  assert.deepEqual(roundNumbers(Math.log10(0.3), Math.log10(6)), [0.5, 1, 2, 5]);
});

test("a click on the curve leads to the epoch drawn there", () => {
  assert.equal(epochAt(46, 500, 240), 0);
  assert.equal(epochAt(500 - 16, 500, 240), 240);
});
