// @ts-check
// Which leaves are listed, how far their sliders reach, what is measured beside a gradient.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  hint,
  listedLeaves,
  measured,
  reachOf,
  roundUp,
} from "../../../../engine/explorer/page/model/leaf.js";
import { boxed, logarithm, manyLeaves, session } from "./graphs.mjs";

test("a slider reaches beyond its number, to a round one", () => {
  for (let power = -8; power < 8; power += 0.1) {
    const round = roundUp(10 ** power);
    assert.ok(round >= 10 ** power && round <= 2.5 * 10 ** power * (1 + 1e-12));
    assert.match(round.toExponential(9), /^[125]\.0+e/);
  }
  assert.deepEqual([reachOf(0), reachOf(0.3), reachOf(-7), reachOf(60)], [2, 2, 20, 200]);
});

test("few leaves are listed all, many only where they are drawn", () => {
  const few = session(boxed());
  few.show(0); // b is within the closed box
  assert.deepEqual(listedLeaves(few.graph, few.sketch), [0, 1, 3]);
  const many = session(manyLeaves(30));
  assert.deepEqual(listedLeaves(many.graph, many.sketch), []);
  assert.match(hint(many.graph, 0), /^30 are in closed boxes: open one/);
  assert.match(hint(many.graph, 10), /^20 more are in closed boxes/);
  assert.match(hint(many.graph, 29), /^1 more is in a closed box: open it to change its number\. /);
  assert.match(hint(few.graph, 3), /^Each gradient is compared/);
});

test("no more than a hundred are listed", () => {
  const one = session(manyLeaves(150));
  one.show(1);
  assert.equal(listedLeaves(one.graph, one.sketch).length, 100);
});

test("a complete gradient is compared with the slope, an incomplete one is not", () => {
  const one = session();
  one.go(one.lastStop);
  assert.deepEqual(measured(0, one.moment), { text: "measured −1 ✓", differs: false });
  one.go(one.graph.forwardCount + 2); // the first of two paths into w
  assert.deepEqual(measured(0, one.moment), { text: "measured −1", differs: false });
});

test("a wrong gradient is found", () => {
  const one = session();
  one.go(one.lastStop);
  one.computed.gradients[0] += 0.01;
  assert.equal(measured(0, one.moment).differs, true);
});

test("where the output has no number, nothing is measured", () => {
  const one = session(logarithm());
  one.edit(0, -1);
  assert.deepEqual(measured(0, one.moment), { text: "measured –", differs: false });
});

test("a gradient below the rounding of the outputs is too small to measure", () => {
  const one = session(); // ∂L/∂b = w
  one.edit(0, 1e-11);
  one.go(one.lastStop);
  assert.deepEqual(measured(3, one.moment), { text: "too small to measure", differs: false });
  one.edit(0, 0);
  assert.deepEqual(measured(3, one.moment), { text: "measured 0 ✓", differs: false });
  one.edit(0, 1e-6);
  assert.deepEqual(measured(3, one.moment), { text: "measured 10⁻⁶ ✓", differs: false });
});
