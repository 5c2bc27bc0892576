// @ts-check
// What the live page chooses from: data, addresses, nets; and what it says of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { countParameters, sizesOf } from "../../../../nn/training/film_page/model/build.js";
import {
  configAddress,
  configOf,
  inPython,
  START,
  shapeOf,
} from "../../../../nn/training/film_page/model/config.js";
import { DATA, makeRows } from "../../../../nn/training/film_page/model/data.js";
import { Random } from "../../../../nn/training/film_page/model/random.js";

const ALL = { features: ["x₁", "x₂", "x₁²"], activations: ["tanh", "relu"] };

test("the same seed gives the same samples, another one others", () => {
  for (const name of Object.keys(DATA)) {
    const made = (/** @type {number} */ seed) => makeRows(name, 40, 0.1, new Random(seed));
    assert.deepEqual(made(3), made(3));
    assert.notDeepEqual(made(3), made(4));
  }
});

test("classes are 0 and 1, about as many of each; numbers are not", () => {
  for (const [name, { isOfClasses }] of Object.entries(DATA)) {
    const rows = makeRows(name, 200, 0, new Random(0));
    assert.ok(rows.flat().every((x) => Math.abs(x) < 3));
    const ones = rows.filter((row) => row[2] === 1).length;
    if (isOfClasses)
      assert.ok(rows.every((row) => row[2] === 0 || row[2] === 1) && ones > 70 && ones < 130);
    else assert.ok(new Set(rows.map((row) => row[2])).size > 100);
  }
});

test("noise moves the samples, and no target", () => {
  const [still, moved] = [0, 0.3].map((noise) => makeRows("xor", 300, noise, new Random(1)));
  assert.ok(still.every(([x, y, t]) => (x > 0 === y > 0) === (t === 0)));
  assert.ok(moved.some(([x, y, t]) => (x > 0 === y > 0) !== (t === 0)));
});

test("an order has each sample once", () => {
  const order = new Random(2).order(50);
  assert.notDeepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  assert.deepEqual(
    order.toSorted((a, b) => a - b),
    Array.from({ length: 50 }, (_, k) => k),
  );
});

test("what is chosen is in the address, and as it began it is empty", () => {
  assert.equal(configAddress(START, ALL.features), "");
  const config = {
    ...START,
    data: "hills",
    features: ["x₂", "x₁²"],
    hidden: [8, 1],
    activation: "relu",
    rate: 0.03,
    batch: 200,
    noise: 0,
    seed: 12,
  };
  const address = configAddress(config, ALL.features);
  assert.equal(
    address,
    "data=hills&noise=0&activation=relu&rate=0.03&batch=200&seed=12&features=1,2&hidden=8,1",
  );
  assert.deepEqual(configOf(address, ALL), config);
  const bare = configAddress({ ...START, hidden: [] }, ALL.features);
  assert.deepEqual(configOf(bare, ALL).hidden, []);
});

test("nonsense in an address is as at the start", () => {
  for (const wrong of [
    "",
    "data=constructor&noise=7&features=9&hidden=4,99&activation=no&rate=-1&batch=0&seed=1.5",
    "hidden=1,1,1,1,1&seed=-1&features=",
    "hidden=x&seed=4294967296",
  ]) {
    assert.deepEqual(configOf(wrong, ALL), START);
  }
});

test("a net is as large as Python's, and is written as Python", () => {
  assert.deepEqual(sizesOf(shapeOf(START)), [2, 4, 4, 1]);
  assert.equal(countParameters(shapeOf(START)), 37);
  assert.equal(countParameters(shapeOf({ ...START, hidden: [] })), 3);
  assert.equal(
    inPython({ ...START, seed: 5 }),
    [
      'model = MLP(2, [4, 4, 1], "tanh", seed=5)',
      "optimizer = SGD(model.parameters(), learning_rate=0.3)",
      "fit(model, binary_cross_entropy, X, y, optimizer=optimizer, batch_size=10)",
    ].join("\n"),
  );
  assert.match(
    inPython({ ...START, data: "plane", hidden: [] }),
    /MLP\(2, \[1\].*\n.*\n.*mean_squared_error/,
  );
});
