// @ts-check
// Wrong on purpose: each fault goes wrong as people's own engines do, and only where it can.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Computation } from "../../../../engine/explorer/page/model/computation.js";
import {
  FAULTS,
  faultWords,
  isWrong,
  wrongOrder,
} from "../../../../engine/explorer/page/model/faults.js";
import { boxed, doubled, manyPaths, session, squared, squaredTwice } from "./graphs.mjs";

/** @typedef {import("../../../../engine/explorer/page/model/faults.js").Fault} Fault */

/**
 * @param {import("../../../../engine/explorer/page/model/graph.js").Graph} graph
 * @param {Fault} fault
 */
const computed = (graph, fault) => new Computation(graph, Float64Array.from(graph.values), fault);

test("= instead of += keeps the last path alone", () => {
  const { gradients, trueGradients } = computed(manyPaths(4), "overwrite"); // x + x + x + x
  assert.equal(trueGradients[0], 4);
  assert.equal(gradients[0], 1);
});

test("in the wrong order a node passes on what it has so far", () => {
  const graph = manyPaths(3); // v1 = x + x, v2 = v1 + x
  assert.equal(computed(graph, "order").gradients[0], 3); // a leaf passes nothing on
  const { gradients, trueGradients } = computed(squaredTwice(), "order");
  assert.deepEqual([gradients[0], trueGradients[0]], [54, 108]); // x⁴ at 3
});

test("the wrong order goes over every edge once", () => {
  for (const graph of [boxed(), manyPaths(6), squared(), squaredTwice(), doubled()]) {
    const key = (/** @type {{node: number, index: number}} */ flow) => `${flow.node} ${flow.index}`;
    assert.deepEqual(wrongOrder(graph).map(key).sort(), graph.backwardOrder.map(key).sort());
  }
});

test("without zero_grad every leaf has twice its gradient, and nothing else has", () => {
  const { gradients, trueGradients, graph } = computed(boxed(), "twice");
  for (const node of graph.nodes) {
    assert.equal(gradients[node], (graph.isLeaf(node) ? 2 : 1) * trueGradients[node]);
  }
});

test("with no fault nothing is wrong; with one, what differs is", () => {
  const graph = boxed();
  const right = new Computation(graph, Float64Array.from(graph.values));
  assert.ok(graph.nodes.every((node) => !isWrong(right, node)));
  const wrong = computed(graph, "overwrite");
  assert.deepEqual(
    graph.nodes.filter((node) => isWrong(wrong, node)),
    [0], // w is used twice
  );
});

test("where the fault can show nothing, it says so", () => {
  assert.match(faultWords(computed(doubled(), "overwrite")), /^It shows nothing here: no gradient/);
  assert.match(faultWords(computed(boxed(), "order")), /^It shows nothing here: no node passes/);
  assert.match(faultWords(computed(boxed(), "overwrite")), /1 gradient comes out wrong ✗/);
  assert.match(faultWords(computed(boxed(), "twice")), /3 gradients come out wrong ✗/);
});

test("steps, stops and the numbers shown go along with the fault", () => {
  const one = session();
  for (const fault of /** @type {Fault[]} */ (Object.keys(FAULTS))) {
    one.chooseFault(fault);
    one.go(one.lastStop);
    assert.equal(one.lastStop, one.graph.stepCount);
    assert.equal(one.moment.gradientText(0).startsWith("✗"), fault !== "order");
  }
  one.chooseFault("overwrite");
  one.go(one.lastStop);
  assert.equal(one.moment.rightText(0), "✓ −1");
  assert.equal(one.moment.rightText(1), "");
  one.chooseFault(null);
  assert.equal(one.moment.gradientText(0), "−1");
});

test("a gradient is not called wrong before all of it has come", () => {
  const one = session();
  one.chooseFault("overwrite");
  one.go(one.graph.forwardCount + 2); // the first of two paths into w
  assert.equal(one.moment.gradientText(0), "−2");
  assert.equal(one.moment.isWrong(0), false);
});

test("in a folded view the stops are where the wrong order passes", () => {
  const one = session();
  one.show(0);
  assert.deepEqual(one.stops, [0, 2, 3, 4, 5, 6, 9, 10]);
  one.chooseFault("order");
  assert.deepEqual(one.stops, [0, 2, 3, 4, 5, 6, 8, 9, 10]);
});
