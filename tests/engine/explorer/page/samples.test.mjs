// @ts-check
// A batch is found in the graph; what only looks like one is not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { details } from "../../../../engine/explorer/page/model/markup.js";
import { sampleName } from "../../../../engine/explorer/page/model/samples.js";
import { batch, boxed, manyLeaves, manyPaths, session, squaredTwice } from "./graphs.mjs";

test("each sample has its own operations and inputs; what is shared has no sample", () => {
  for (const count of [2, 3, 5]) {
    const graph = batch(count);
    assert.equal(graph.samples?.count, count);
    assert.equal(sampleName(graph, 0), ""); // w
    for (let k = 0; k < count; k += 1) {
      assert.equal(sampleName(graph, 1 + 3 * k), `sample ${k + 1}`); // x
      assert.equal(sampleName(graph, 2 + 3 * k), `sample ${k + 1}`);
      assert.equal(sampleName(graph, 3 + 3 * k), `sample ${k + 1}`);
    }
    assert.equal(sampleName(graph, graph.output), "");
  }
});

test("terms in scopes of their own, or with nothing in common, are no samples", () => {
  assert.equal(batch(3, { scopes: ["", "a", "b", "c"] }).samples, null);
  assert.equal(batch(3, { scopes: [""] }).samples, null);
  assert.equal(batch(3, { factors: (k) => [1 + 3 * k, 1 + 3 * k] }).samples, null); // no shared w
  assert.equal(batch(3, { halves: () => [2, 2] }).samples, null); // one operation used by all
  assert.equal(batch(1).samples, null);
  for (const graph of [boxed(), manyPaths(5), manyLeaves(4), squaredTwice()]) {
    assert.equal(graph.samples, null);
  }
});

test("a step and the table say which sample flows", () => {
  const one = session(batch(2));
  const said = [];
  for (let position = 1; position <= one.graph.stepCount; position += 1) {
    said.push(one.momentAt(position).sample);
  }
  assert.deepEqual(said.slice(0, 5), ["sample 1", "sample 1", "sample 2", "sample 2", ""]);
  one.go(one.lastStop);
  one.go(one.stops.find((stop) => one.momentAt(stop).backward?.input === 0) ?? 0);
  assert.match(details(one.moment), /, sample 2/);
});
