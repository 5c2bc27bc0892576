// @ts-check
// What the film's page computes by itself: the plane, the net's columns, axes, addresses, colours.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Answers } from "../../../../nn/training/film_page/model/answer.js";
import {
  arrange,
  columnsOf,
  drawnOf,
  nameOf,
  slotOf,
  slotsOf,
} from "../../../../nn/training/film_page/model/columns.js";
import { zeroLines } from "../../../../nn/training/film_page/model/contour.js";
import { frameAt, largest, said } from "../../../../nn/training/film_page/model/film.js";
import {
  evenNumbers,
  lossMarks,
  roundNumbers,
  short,
} from "../../../../nn/training/film_page/model/marks.js";
import { addressOf, momentOf, pace } from "../../../../nn/training/film_page/model/moment.js";
import { fieldsOf, gridOf, planeOf, RATIO } from "../../../../nn/training/film_page/model/plane.js";
import { Tape } from "../../../../nn/training/film_page/model/tape.js";
import { lossWords } from "../../../../nn/training/film_page/model/words.js";
import { epochAt } from "../../../../nn/training/film_page/screen/curve.js";
import { markOf } from "../../../../nn/training/film_page/screen/decision.js";

const LAYERS = [
  {
    inputs: [0, 1],
    weights: [[2, 3]],
    biases: [4],
    z: [8],
    a: [9],
    activation: "tanh",
    slope: "1 − a²",
  },
  { inputs: [9], weights: [[5]], biases: [6], z: [11], a: [11], activation: "identity", slope: "" },
];
/** @type {any[]} */
const RULES = [
  {
    value: (/** @type {number} */ a, /** @type {number} */ b) => a * b,
    partials: (/** @type {number} */ _, /** @type {number} */ a, /** @type {number} */ b) => [b, a],
  },
];

test("a field holds a number for each place, row by row from the top left", () => {
  const product = { leaves: 2, constants: [], operations: [[0, 0, 1]], results: [2] };
  const tape = new Tape(product, RULES);
  const plane = { left: 0, right: 4, bottom: 0, top: 3 };
  const [x, y, z] = fieldsOf(tape, [0, 1, 2], plane, { columns: 4, rows: 3 });
  assert.deepEqual([...x.slice(0, 5)], [0.5, 1.5, 2.5, 3.5, 0.5]);
  assert.deepEqual([y[0], y[3], y[4], y[11]], [2.5, 2.5, 1.5, 0.5]);
  for (const [k, value] of z.entries()) assert.equal(value, Math.fround(x[k] * y[k]));
});

test("a gradient stops where it is asked to", () => {
  const operations = [
    [0, 0, 1],
    [0, 2, 1],
  ];
  const tape = new Tape({ leaves: 2, constants: [], operations, results: [3] }, RULES);
  tape.values.set([2, 3]);
  tape.forward();
  assert.equal(tape.last, 18);
  assert.deepEqual([...tape.backward(3)], [9, 12, 3, 1]);
  assert.deepEqual([...tape.backward(3, 2)], [0, 6, 3, 1]);
});

test("a sum of products is that of the exact numbers, also of large ones", () => {
  const rules = [{ ...RULES[0], name: "dot" }];
  const operations = [[0, 0, 1, 2, 3, 4, 5]];
  const tape = new Tape({ leaves: 6, constants: [], operations, results: [6] }, rules);
  const of = (/** @type {number[]} */ ...numbers) => {
    tape.values.set(numbers);
    tape.forward();
    return tape.last;
  };
  assert.equal(of(1, 2, 3, 4, 5, 6), 32);
  assert.equal(of(1e20, 1, -1e20, 1, 1, 1), 1);
  assert.equal(of(1, 1e20, -1e20, 1, 1, 1), 1);
  assert.equal(of(1e200, 1, 1, 1e200, 1, 1), Infinity);
});

test("the plane has all samples in it, one scale for both axes unless that wastes too much", () => {
  const even = planeOf([
    [0, 0],
    [4, 2],
  ]);
  assert.ok(even.left < 0 && even.right > 4 && even.bottom < 0 && even.top > 2);
  assert.ok(Math.abs((even.top - even.bottom) / (even.right - even.left) - RATIO) < 1e-12);
  const flat = planeOf([
    [0, 0],
    [100, 1],
  ]);
  assert.ok(flat.top - flat.bottom < 2);
  assert.ok(planeOf([[5, 5]]).right > 5);
});

test("a grid is coarser for a larger net, and while it moves", () => {
  const operation = { inputs: Array(40).fill(0), place: 0, rule: RULES[0], value: () => 0 };
  const small = gridOf([operation], true);
  const large = gridOf(Array(100).fill(operation), true);
  assert.ok(small.columns > large.columns && large.columns >= 24);
  assert.ok(gridOf([operation], false).columns > small.columns);
});

test("columns stand beside each other, boxes below each other, inside and apart", () => {
  for (const width of [330, 520]) {
    for (const sizes of [
      [2, 4, 4, 1],
      [2, 1],
      [2, 24, 3],
      [7, 8, 8, 8, 8, 8, 8, 1],
    ]) {
      const { height, boxWidth, boxHeight, middle, named } = arrange(sizes, width);
      assert.ok(boxWidth < width / sizes.length);
      for (const [column, size] of sizes.entries()) {
        const ys = Array.from({ length: size }, (_, place) => middle(column, place)[1]);
        const below = named ? 18 : 0;
        assert.ok(ys[0] - boxHeight / 2 >= 0 && ys[size - 1] + boxHeight / 2 + below <= height);
        for (let k = 1; k < size; k++) assert.ok(ys[k] - ys[k - 1] > boxHeight + below - 1e-9);
      }
    }
  }
});

test("of many neurons the first and the last are drawn, with a gap between", () => {
  assert.deepEqual(drawnOf(3), [0, 1, 2]);
  assert.equal(drawnOf(24).length, 24);
  const drawn = drawnOf(100);
  assert.deepEqual([drawn.length, drawn[11], drawn[12], drawn[23]], [24, 11, 88, 99]);
  const slots = drawn.map((place) => slotOf(100, place));
  assert.deepEqual([slots[11], slots[12], slots[23]], [11, 13, slotsOf(100) - 1]);
  assert.deepEqual(
    drawnOf(24).map((place) => slotOf(24, place)),
    drawnOf(24),
  );
});

test("names are those of a textbook; without an activation an output is z", () => {
  assert.deepEqual(columnsOf(LAYERS), [[0, 1], [9], [11]]);
  assert.deepEqual(columnsOf([]), []);
  assert.equal(nameOf(LAYERS, 0, 1), "x₂");
  assert.equal(nameOf(LAYERS, 1, 0), "a⁽¹⁾₁");
  assert.equal(nameOf(LAYERS, 2, 0), "z⁽²⁾₁");
  assert.equal(nameOf([{ ...LAYERS[0], inputNames: ["sin x₁", "x₂"] }], 0, 0), "sin x₁");
});

test("widths are measured by the largest of what is asked for", () => {
  const frame = { epoch: 3, loss: 1, parameters: [1, -3, 9], gradients: [0, 0, 0] };
  assert.equal(largest([frame], "parameters", [0, 1]), 3);
  assert.ok(largest([frame], "gradients", [0, 1]) > 0); // it is divided by
});

test("an epoch that was not kept is shown by the one next to it", () => {
  const frames = [0, 3, 6].map((epoch) => ({ epoch, loss: 1, parameters: [], gradients: [] }));
  assert.deepEqual(
    [0, 1, 2, 5, 99].map((epoch) => frameAt(frames, epoch)),
    [0, 0, 1, 2, 2],
  );
  assert.equal(said(frames[1]), "epoch 3, loss 1.00");
  const all = { ...frames[1], accuracy: 0.5, held: 0.25 };
  assert.equal(said(all), "epoch 3, loss 1.00, held out 0.250, accuracy 50%");
});

test("a moment is in the address, and nonsense is left out", () => {
  /** @type {import("../../../../nn/training/film_page/model/moment.js").Moment} */
  const moment = { epoch: 12, speed: 2, neuron: [1, 3], sample: 5, step: 7 };
  assert.deepEqual(momentOf(addressOf(moment), [2, 4, 1]), moment);
  const start = { epoch: 0, speed: 1, neuron: null, sample: 0, step: 0 };
  assert.equal(addressOf({ ...start, neuron: null }), "");
  for (const wrong of [
    "",
    "epoch=x&speed=99&neuron=1,4",
    "epoch=-3&neuron=7,0&speed=",
    "neuron=1",
  ]) {
    assert.deepEqual(momentOf(wrong, [2, 4, 1]), start);
  }
});

test("a long film skips frames rather than take longer", () => {
  assert.deepEqual(pace(120, 1), { pause: 100, frames: 1 });
  assert.deepEqual(pace(120, 0.5), { pause: 200, frames: 1 });
  for (const [count, speed] of [
    [1200, 1],
    [1200, 4],
    [300, 4],
  ]) {
    const { pause, frames } = pace(count, speed);
    assert.equal(pause, 40);
    assert.equal((count / frames) * pause, 12_000 / speed);
  }
});

test("a shade is low or high between what the targets are", () => {
  const numbers = new Answers("number", [[10], [30]]);
  assert.deepEqual(
    [10, 20, 30, 99].map((x) => numbers.shadeOf(x)),
    [-1, 0, 1, 1],
  );
  assert.equal(new Answers("number", [[7], [7]]).shadeOf(7), 0);
  assert.equal(new Answers("number", [[]]).border, null);
  const chances = new Answers("probability", [[0], [1]]);
  assert.deepEqual(
    [0, 0.5, 1].map((x) => chances.shadeOf(x)),
    [-1, 0, 1],
  );
  assert.deepEqual(chances.lookOf([1]), { shade: 1, group: 1 });
  assert.deepEqual(new Answers("sign", [[-1]]).lookOf([-1]), { shade: -1, group: 0 });
  assert.deepEqual(new Answers("class", [[2], [0]]).lookOf([2]), { shade: 1, group: 2 });
  assert.equal(Answers.classesIn([[2], [0]]), 3);
  assert.deepEqual(Answers.likeliest([0.25, 0.75]), { group: 1, strength: 0.5 });
});

test("each class has a mark of its own", () => {
  const marks = [0, 1, 2, 3, 4, 5].map((group) => markOf(group, 10, 20));
  assert.equal(new Set(marks).size, 6);
  assert.ok(marks.every((mark) => mark.startsWith("M") && !mark.includes("NaN")));
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
  assert.deepEqual(
    zeroLines(
      field.map((x) => 1e-9 * x),
      columns,
      rows,
      1e-6,
    ),
    [],
  );
});

test("an axis has round marks within its bounds", () => {
  assert.deepEqual(roundNumbers(Math.log10(0.3), Math.log10(6)), [0.5, 1, 2, 5]);
  assert.deepEqual(evenNumbers(-1.2, 1.7, 6), [-1, -0.5, 0, 0.5, 1, 1.5]);
  assert.deepEqual(evenNumbers(0, 60, 6), [0, 10, 20, 30, 40, 50, 60]);
});

test("a loss is called as in a textbook", () => {
  const frames = /** @type {any[]} */ ([{ loss: 1 }]);
  assert.match(
    lossWords({ loss: "softmax_cross_entropy", frames }),
    /^Mean softmax cross-entropy of/,
  );
  assert.match(lossWords({ loss: "mean_squared_error", frames }), /^Mean squared error of/);
});

test("no loss is marked twice, however little it has changed", () => {
  const log = Math.log10;
  assert.deepEqual(lossMarks(log(0.3), log(6), true), [0.5, 1, 2, 5]);
  assert.deepEqual(lossMarks(-9, 1, true).map(log), [-9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1]);
  assert.deepEqual(lossMarks(log(0.6438), log(0.6452), true), [0.644, 0.6445, 0.645]);
  assert.deepEqual(lossMarks(-0.64452, -0.64438, false), [-0.6445, -0.6444]);
  for (const isLog of [true, false]) {
    for (let width = 1; width > 1e-14; width /= 3) {
      const [low, high] = isLog ? [log(0.7), log(0.7 + width)] : [0.7, 0.7 + width];
      const marks = lossMarks(low, high, isLog).map(short);
      assert.equal(new Set(marks).size, marks.length);
      assert.ok(marks.every((mark) => mark >= 0.7 && mark <= 0.7 + width));
    }
  }
});

test("a click on the curve leads to the epoch drawn there", () => {
  assert.equal(epochAt(54, 500, 240), 0);
  assert.equal(epochAt(500 - 16, 500, 240), 240);
  assert.equal(epochAt(1, 500, 240), 0);
});
