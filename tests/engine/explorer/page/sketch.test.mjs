// @ts-check
// Which shape a node is drawn in, what leaves a box, what multiplies along an edge; the stops.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Sketch, weightOf } from "../../../../engine/explorer/page/model/sketch.js";
import { stopsOf } from "../../../../engine/explorer/page/model/stops.js";
import { boxed, doubled, manyLeaves, squared } from "./graphs.mjs";

const graph = boxed();
const sketch = (/** @type {number} */ view) => new Sketch(graph, graph.views[view]);

test("each node is in one shape, its own or the box around it", () => {
  for (const view of [0, 1, 2]) {
    const { shapes, shapeOf } = sketch(view);
    assert.deepEqual(shapes.flatMap((s) => s.members).sort(), graph.nodes);
    for (const node of graph.nodes) assert.ok(shapeOf.get(node)?.members.includes(node));
  }
});

test("a scope's own picture leaves out what is far from it", () => {
  assert.equal(sketch(4).shapeOf.has(5), false);
});

test("a box shows the one number that leaves it", () => {
  const [, , box] = sketch(0).shapes;
  assert.deepEqual([box.box, box.members, box.outlets, box.node], ["layer 1", [2, 3, 4], [4], 4]);
});

test("the output leaves its box though nothing uses it", () => {
  const many = manyLeaves(3);
  const [box] = new Sketch(many, many.views[0]).shapes;
  assert.deepEqual(box.outlets, [many.output]);
});

test("a shape without a path is all that is left out", () => {
  const view = { ...graph.views[0], shapes: [0, 5, ""], edges: [] };
  const { shapes } = new Sketch(graph, view);
  assert.deepEqual(shapes[2].members, [1, 2, 3, 4]);
});

test("a weight is the leaf that is itself the local derivative", () => {
  assert.equal(weightOf(graph, [2, 1]), 0); // x is multiplied by w
  assert.equal(weightOf(graph, [2, 0]), 1);
  assert.equal(weightOf(graph, [4, 0]), null); // a sum multiplies nothing
  assert.equal(weightOf(graph, [5, 0]), null); // w is multiplied by z, which is no leaf
});

test("only edges into closed boxes have weights", () => {
  assert.deepEqual(
    sketch(0).edges.map((e) => e.weight),
    [1, 0, null, null],
  );
  assert.ok(sketch(0).hasWeights);
  assert.ok(!sketch(2).hasWeights);
});

test("where every node is drawn, every step is a stop", () => {
  const all = Array.from({ length: graph.stepCount + 1 }, (_, k) => k);
  assert.deepEqual(stopsOf(graph, sketch(2)), all);
});

test("what happens within a closed box is passed", () => {
  const stops = stopsOf(graph, sketch(0));
  const values = stops.filter((stop) => stop > 0 && stop <= graph.forwardCount);
  assert.deepEqual(values, [2, 3]); // z leaves the box, L; v₁ stays within
});

test("steps along one line of the picture are one stop", () => {
  const square = squared();
  const [closed, open] = square.views.map((view) => new Sketch(square, view));
  assert.deepEqual(stopsOf(square, closed), [0, 1, 2, 4]);
  assert.deepEqual(stopsOf(square, open), [0, 1, 2, 3, 4]);
});

test("nothing flows into a constant", () => {
  const flows = doubled().backwardOrder;
  assert.deepEqual(
    flows.map((flow) => flow.input),
    [2, 0],
  );
});
