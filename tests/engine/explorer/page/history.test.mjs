// @ts-check
// Edits are taken back and done again, one gesture at a time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { boxed, randomNumbers, session } from "./graphs.mjs";

test("whatever was edited, undo leads back through it and redo forth", () => {
  const random = randomNumbers(3);
  for (let round = 0; round < 50; round += 1) {
    const one = session();
    const seen = [[...one.computed.start]];
    for (let k = 0; k < 8; k += 1) {
      const leaf = one.graph.leaves[Math.floor(3 * random())];
      if (random() < 0.2) one.goDownhill(0.1);
      else one.edit(leaf, random());
      one.history.seal();
      seen.push([...one.computed.start]);
    }
    for (const numbers of seen.slice(0, -1).reverse()) {
      one.undo();
      assert.deepEqual([...one.computed.start], numbers);
    }
    one.undo(); // there is no more: nothing happens
    for (const numbers of seen.slice(1)) {
      one.redo();
      assert.deepEqual([...one.computed.start], numbers);
    }
  }
});

test("one drag is one edit", () => {
  const one = session();
  for (const number of [1, 2, 3]) one.edit(0, number);
  one.history.seal();
  one.edit(0, 4);
  one.undo();
  assert.equal(one.computed.start[0], 3);
  one.undo();
  assert.equal(one.computed.start[0], 0.5);
});

test("a new edit ends what could be done again, and a reset can be undone", () => {
  const one = session();
  one.edit(0, 1);
  one.undo();
  one.edit(1, 7);
  one.redo();
  assert.deepEqual([one.computed.start[0], one.computed.start[1]], [0.5, 7]);
  one.reset();
  one.undo();
  assert.equal(one.computed.start[1], 7);
});

test("the graph's own numbers are never written to", () => {
  const graph = boxed();
  const before = [...graph.values];
  const one = session(graph);
  one.edit(0, 9);
  one.goDownhill(1);
  one.undo();
  one.undo();
  assert.deepEqual(graph.values, before);
  assert.equal(one.computed.edited, false);
});
