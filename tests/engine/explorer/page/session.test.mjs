// @ts-check
// Stepping, jumping, editing, predicting, opening: what each control does to a session.

import assert from "node:assert/strict";
import { test } from "node:test";
import { boxed, doubled, logarithm, manyPaths, session } from "./graphs.mjs";

const GRAPHS = [boxed(), doubled(), logarithm(), manyPaths(5)];

test("stepping forward comes by every stop, and back by the same ones", () => {
  for (const graph of GRAPHS) {
    for (const view of graph.views.keys()) {
      const one = session(graph);
      one.show(view);
      const seen = [one.position];
      while (!one.isAtEnd) {
        one.next();
        seen.push(one.position);
      }
      assert.deepEqual(seen, one.stops);
      while (one.position > 0) {
        assert.equal(one.position, seen.pop());
        one.back();
      }
      one.back();
      assert.equal(one.position, 0);
    }
  }
});

test("the last step is the last of both passes, in every view of the whole", () => {
  for (const graph of GRAPHS) {
    for (const view of graph.views.keys()) {
      const one = session(graph);
      one.show(view);
      assert.equal(one.lastStop, graph.stepCount);
      assert.deepEqual(
        one.stops,
        [...new Set(one.stops)].sort((a, b) => a - b),
      );
    }
  }
});

test("at the end there is no next step", () => {
  const one = session();
  one.go(one.lastStop);
  one.next();
  assert.equal(one.position, one.lastStop);
});

test("between two stops, a step back leads to the one before", () => {
  const one = session();
  one.show(0);
  const k = one.stops.findIndex((stop, k) => k > 0 && stop > one.stops[k - 1] + 1);
  one.go(one.stops[k] - 1); // within a closed box
  one.back();
  assert.equal(one.position, one.stops[k - 1]);
});

test("a node leads to where it gets its number, then to where its gradient is complete", () => {
  const one = session();
  const [w, z] = [0, 4];
  one.go(one.positionOf(z) ?? -1);
  assert.equal(one.moment.forward, z);
  one.go(one.positionOf(z) ?? -1);
  assert.equal(one.moment.backward?.input, z);
  assert.ok(one.moment.isComplete(z));
  one.go(one.positionOf(w) ?? -1);
  assert.ok(one.moment.isComplete(w));
  one.go(0);
  assert.equal(one.positionOf(w), null); // a leaf has had its number from the start
});

test("an edit recomputes all, and shows the end where nothing was shown", () => {
  const one = session();
  one.edit(0, 2); // L = w·(w·x + b) = 2·(2·2 − 3)
  assert.equal(one.computed.values[5], 2);
  assert.equal(one.computed.gradients[0], 5); // 2·w·x + b
  assert.equal(one.position, one.lastStop);
  one.go(3);
  one.edit(1, 1);
  assert.equal(one.position, 3);
  one.reset();
  assert.deepEqual([...one.computed.values], one.graph.values);
  assert.equal(one.position, 0);
  assert.ok(!one.computed.edited);
});

test("an edit back to the first number is none", () => {
  const one = session();
  one.edit(0, 2);
  assert.ok(one.computed.edited);
  one.edit(0, 0.5);
  assert.ok(!one.computed.edited);
});

test("gradients are those of finite differences", () => {
  for (const graph of GRAPHS) {
    const one = session(graph);
    for (const leaf of graph.leaves) one.edit(leaf, graph.values[leaf] + 0.25);
    for (const leaf of graph.leaves) {
      assert.ok(Math.abs(one.computed.slope(leaf) - one.computed.gradients[leaf]) < 1e-6);
    }
  }
});

test("the largest flow is one along an edge, not the output's own 1", () => {
  const one = session();
  for (const [leaf, number] of [
    [0, 0.1],
    [1, 0.5],
    [3, 0.1],
  ])
    one.edit(leaf, number);
  const flows = one.computed.steps.slice(1).map((step) => Math.abs(step.contribution));
  assert.equal(one.computed.largestFlow, Math.max(...flows));
  assert.ok(one.computed.largestFlow < 1);
  assert.equal(one.computed.largest, 1);
});

test("nothing follows what has no number", () => {
  const one = session(logarithm());
  one.edit(0, -1);
  assert.match(
    one.computed.errors.get(1) ?? "",
    /^log\(p\): p = −1 is outside log's domain x > 0$/,
  );
  assert.deepEqual([...one.computed.values], [-1, NaN, 2, NaN]);
  assert.ok(one.moment.isBlocked);
  assert.equal(one.moment.soFar.size, 0);
  one.edit(0, 0); // the domain is open
  assert.match(one.computed.errors.get(1) ?? "", /p = 0 is outside log's domain/);
  one.edit(0, 1);
  assert.equal(one.computed.errors.size, 0);
});

test("every result is asked for, but the output's own gradient of 1", () => {
  const one = session();
  one.togglePredicting();
  const asked = [];
  while (!one.isAtEnd) {
    one.next();
    if (one.asking) asked.push(one.position);
    one.reveal();
  }
  const seed = one.graph.forwardCount + 1;
  assert.deepEqual(
    asked,
    one.stops.slice(1).filter((stop) => stop !== seed),
  );
});

test("a next step while asked only reveals", () => {
  const one = session();
  one.togglePredicting();
  one.next();
  const { position } = one;
  one.next();
  assert.equal(one.position, position);
  assert.ok(!one.asking);
});

test("guesses are counted, what is no number is not", () => {
  const one = session();
  one.togglePredicting();
  one.next();
  assert.match(one.guess("about one"), /is no number/);
  assert.ok(one.asking);
  assert.equal(one.guess("1"), "");
  assert.deepEqual([one.asked, one.right, one.asking], [1, 1, false]);
  one.next();
  one.guess("7");
  assert.deepEqual([one.asked, one.right], [2, 1]);
  assert.equal(one.verdict?.right, false);
  one.next();
  assert.equal(one.verdict, null);
});

test("what has no number is not asked for", () => {
  const one = session(logarithm());
  one.edit(0, -1);
  one.go(0);
  one.togglePredicting();
  while (!one.isAtEnd) {
    one.next();
    assert.ok(!one.asking);
  }
});

test("boxes open alone and close into what is around them", () => {
  const one = session();
  const shown = () => [one.graph.views[one.view].level, one.graph.views[one.view].path];
  one.show(0);
  assert.ok(one.open("layer 1"));
  assert.deepEqual(shown(), [-1, "layer 1"]);
  assert.ok(one.open("layer 1/neuron 1"));
  one.close("layer 1/neuron 1");
  assert.deepEqual(shown(), [-1, "layer 1"]);
  one.close("layer 1");
  assert.deepEqual(shown(), [0, ""]);
  one.show(1);
  one.close("layer 1"); // a frame of a level: the level outside
  assert.deepEqual(shown(), [0, ""]);
  assert.equal(one.open("layer 9"), false);
  assert.deepEqual(shown(), [0, ""]);
});

test("inside a neuron the names are short, elsewhere as ever", () => {
  const one = session();
  one.graph.views[4].names = { 3: "β" };
  one.show(4);
  assert.deepEqual(one.graph.names.slice(2), ["v₁", "β", "z", "L"]);
  one.show(2);
  assert.deepEqual(one.graph.names.slice(2), ["v₁", "b", "z", "L"]);
});
