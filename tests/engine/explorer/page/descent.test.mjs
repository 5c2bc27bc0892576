// @ts-check
// One step downhill: who moves, how far, and what is said of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { descentWords, heldAtFirst } from "../../../../engine/explorer/page/model/descent.js";
import { boxed, doubled, logarithm, manyLeaves, session } from "./graphs.mjs";

test("what stands in no scope is held, where something does", () => {
  assert.deepEqual([...heldAtFirst(boxed())], [0, 1]); // b alone is in the neuron
  assert.deepEqual([...heldAtFirst(doubled())], []);
  assert.deepEqual([...heldAtFirst(manyLeaves(3))], []);
});

test("every leaf that is not held moves against its gradient, at once", () => {
  const one = session(); // L = w·(w·x + b): ∂L/∂w = −1, ∂L/∂x = 0.25, ∂L/∂b = 0.5
  one.held.clear();
  assert.equal(one.goDownhill(0.1), true);
  assert.deepEqual([...one.computed.start].slice(0, 2), [0.6, 1.975]);
  assert.equal(one.computed.start[3], -3.05);
  const { before, after, foretold } = /** @type {any} */ (one.descent);
  assert.equal(before, -1);
  assert.ok(Math.abs(foretold + 0.1 * (1 + 0.25 ** 2 + 0.5 ** 2)) < 1e-12);
  assert.ok(Math.abs(after - 0.6 * (0.6 * 1.975 - 3.05)) < 1e-12);
  assert.match(descentWords(one.graph, one.descent), /^L: −1 → −1.119, a change of −0.119\./);
});

test("a held leaf stays", () => {
  const one = session();
  one.held = new Set([0, 3]);
  one.goDownhill(1);
  assert.deepEqual([one.computed.start[0], one.computed.start[3]], [0.5, -3]);
  assert.equal(one.computed.start[1], 1.75);
});

test("a step uphill or out of the domain is called that", () => {
  const one = session(logarithm()); // y = log(p)·x at p = 1: ∂y/∂p = 2
  one.goDownhill(1);
  assert.match(descentWords(one.graph, one.descent), /^y: 0 → none: the step left the domain/);
  assert.equal(one.goDownhill(1), false); // there is no gradient
  one.undo();
  assert.equal(one.goDownhill(-0.1), true);
  assert.match(descentWords(one.graph, one.descent), /went too far/);
});

test("a step too long for a float is refused, and nothing changes", () => {
  const one = session();
  one.held.clear();
  one.edit(1, 1e300);
  const before = one.computed;
  assert.equal(one.goDownhill(1e300), false);
  assert.equal(one.computed, before);
});

test("what was said of a step goes with the next edit", () => {
  const one = session();
  one.goDownhill(0.1);
  one.edit(0, 2);
  assert.equal(one.descent, null);
});
