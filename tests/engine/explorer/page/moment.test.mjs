// @ts-check
// What is known, active and shown after so many steps.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DASH } from "../../../../engine/explorer/page/model/moment.js";
import { doubled, logarithm, session } from "./graphs.mjs";

test("numbers appear one by one, and gradients after them", () => {
  const one = session();
  const { graph } = one;
  const known = () => graph.nodes.filter((node) => one.moment.valueText(node) !== DASH).length;
  for (let position = 0; position <= graph.stepCount; position++) {
    one.go(position);
    assert.equal(known(), graph.leaves.length + Math.min(position, graph.forwardCount));
    const flowed = new Set(
      one.computed.steps.slice(0, Math.max(0, position - graph.forwardCount)).map((s) => s.input),
    );
    const shown = graph.nodes.filter((node) => one.moment.gradientText(node) !== DASH);
    assert.deepEqual(new Set(shown), flowed);
  }
});

test("a step is along the edges that it reads, or the one that it flows back", () => {
  const one = session();
  const { edges } = one.sketch;
  const active = () => edges.filter((edge) => one.moment.isAlong(edge.pairs)).map((e) => e.pairs);
  one.go(0);
  assert.deepEqual(active(), []);
  one.go(1); // v₁ = w·x
  assert.deepEqual(active(), [[[2, 0]], [[2, 1]]]);
  one.go(one.graph.forwardCount + 1); // the output's own gradient
  assert.deepEqual(active(), []);
  one.go(one.graph.forwardCount + 2); // from L to w
  assert.deepEqual(active(), [[[5, 0]]]);
  assert.ok(one.moment.hasFlowed([5, 0]));
  assert.ok(!one.moment.hasFlowed([5, 1]));
});

test("what is to be guessed is hidden, and nothing else", () => {
  const one = session();
  one.togglePredicting();
  one.next();
  const { moment } = one;
  assert.equal(moment.valueText(2), "?");
  assert.equal(moment.partialText([2, 0]), "");
  assert.equal(moment.valueText(0), "0.5");
  one.go(one.graph.forwardCount + 1);
  one.next();
  assert.equal(one.moment.gradientText(0), "?");
  assert.equal(one.moment.gradientText(5), "1");
});

test("a node is active in its step, its inputs are the sources", () => {
  const one = session();
  one.go(1);
  assert.deepEqual([one.moment.active, one.moment.sources], [2, [0, 1]]);
  one.go(one.graph.forwardCount + 2);
  assert.deepEqual([one.moment.active, one.moment.sources], [0, [5]]);
});

test("the sum into a leaf is complete with its last path", () => {
  const one = session();
  const last = one.computed.steps.findLastIndex((step) => step.input === 0);
  one.go(one.graph.forwardCount + last);
  assert.ok(!one.moment.isComplete(0));
  one.go(one.graph.forwardCount + last + 1);
  assert.ok(one.moment.isComplete(0));
  assert.equal(one.moment.soFar.get(0), one.computed.gradients[0]);
});

test("where there is no number, it says so", () => {
  const one = session(logarithm());
  one.edit(0, -1);
  assert.equal(one.moment.valueText(1), "none");
  assert.equal(one.moment.gradientText(0), DASH);
  assert.ok(one.moment.hasFailed(1) && !one.moment.hasFailed(3));
  assert.equal(one.moment.active, null);
  one.go(0);
  assert.ok(!one.moment.hasFailed(1));
});

test("the constant of an operation has no partial", () => {
  const one = session(doubled());
  one.go(one.lastStop);
  assert.deepEqual([one.moment.partialText([2, 0]), one.moment.partialText([2, 1])], ["2", ""]);
});
