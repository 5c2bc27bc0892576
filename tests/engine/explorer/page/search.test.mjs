// @ts-check
// Every node is found by its name, and a view is known that draws it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { nodesFound, viewShowing } from "../../../../engine/explorer/page/model/search.js";
import { boxed, doubled, manyLeaves, session } from "./graphs.mjs";

test("a node is the first that its own name finds", () => {
  const graph = manyLeaves(30);
  for (const node of graph.nodes) assert.equal(nodesFound(graph, graph.names[node])[0], node);
});

test("names are found by a part, whatever the case, and by the scope", () => {
  const graph = boxed();
  assert.deepEqual(nodesFound(graph, "W"), [0]);
  assert.deepEqual(nodesFound(graph, "neuron 1"), [2, 3, 4]);
  assert.deepEqual(nodesFound(graph, "LAYER"), [2, 3, 4]);
  assert.deepEqual(nodesFound(graph, "l"), [5, 2, 3, 4]);
  assert.deepEqual(nodesFound(graph, "  "), []);
  assert.deepEqual(nodesFound(graph, "nowhere"), []);
});

test("subscripts and superscripts are typed plainly", () => {
  const graph = doubled("w⁽²⁾₂₁");
  for (const text of ["w⁽²⁾₂₁", "w(2)21", "w21", "W(2)"]) {
    assert.deepEqual(nodesFound(graph, text), [0]);
  }
});

test("constants are no nodes to look for", () => {
  assert.deepEqual(nodesFound(doubled(), "2"), []);
});

test("a node is seen in this view, else in that of its box", () => {
  const one = session();
  one.show(0);
  assert.equal(viewShowing(one, 5), 0);
  assert.equal(one.graph.views[viewShowing(one, 3) ?? 0].path, "layer 1/neuron 1");
  one.show(2);
  assert.equal(viewShowing(one, 3), 2);
});

test("a node that no view draws is in a closed box", () => {
  const graph = manyLeaves(3);
  graph.views.length = 1;
  assert.equal(viewShowing(session(graph), 0), null);
});
