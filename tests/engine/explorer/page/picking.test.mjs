// @ts-check
// Which node comes next: whatever is ready is right, and what is not is told what it waits for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { picked } from "../../../../engine/explorer/page/model/picking.js";
import { boxed, manyPaths, session } from "./graphs.mjs";

/**
 * @param {number} node
 * @param {number} position
 */
const said = (node, position, graph = boxed()) => picked(node, session(graph).momentAt(position));

test("in the forward pass a node waits for its inputs", () => {
  assert.deepEqual(said(2, 1), { right: true, text: "Right: v₁." });
  assert.equal(said(5, 1).text, "L still waits for z. Next is v₁.");
  assert.equal(said(0, 1).text, "w has had its number from the start. Next is v₁.");
  assert.equal(said(2, 2).text, "v₁ is computed already. Next is z.");
});

test("in the backward pass it waits for its users", () => {
  const graph = manyPaths(4); // v3 = v2 + x, v2 = v1 + x, v1 = x + x
  const second = graph.forwardCount + 4; // the first step out of v2
  assert.deepEqual(said(2, second, graph), { right: true, text: "Right: v₂." });
  assert.equal(said(1, second, graph).text, "v₁ still waits for v₂. Next is v₂.");
  assert.equal(said(3, second, graph).text, "v₃ has passed its gradient on already. Next is v₂.");
  assert.equal(said(0, second, graph).text, "x is a leaf: gradients end there. Next is v₂.");
});

test("an answer by clicking is scored, and a text is refused", () => {
  const one = session(manyPaths(12));
  one.go(2);
  one.togglePredicting();
  one.next();
  assert.equal(one.question?.kind, "which");
  assert.equal(one.moment.position, 2); // the answer is not seen
  assert.equal(one.guess("7"), "Click the node.");
  one.pick(11);
  assert.deepEqual(
    [one.asked, one.right, one.verdict?.right, one.moment.position],
    [1, 0, false, 3],
  );
  one.next();
  one.pick(4);
  assert.deepEqual([one.asked, one.right, one.asking], [2, 1, false]);
});
