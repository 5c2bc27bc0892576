// @ts-check
// Leaves are listed as people count: what a net is given, then layer by layer, w₁ before w₂.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrderOfCounting } from "../../../../engine/explorer/page/model/order.js";

/**
 * The names in their order, of a graph whose leaves are these; "layer: w" stands in a scope.
 * @param {string} text
 */
function ordered(text) {
  const names = text.split(" ");
  const scopes = names.map((name) => (name.includes(":") ? name.split(":")[0] : ""));
  const leaves = names.map((_, k) => k);
  const plain = names.map((name) => name.replace(/.*:/, ""));
  const graph = /** @type {any} */ ({
    names: plain,
    leaves,
    scopeOf: (/** @type {number} */ k) => scopes[k],
  });
  return inOrderOfCounting(graph, leaves)
    .map((leaf) => plain[leaf])
    .join(" ");
}

test("of one kind by number, where the first of them is", () => {
  assert.equal(ordered("w x b"), "w x b");
  assert.equal(ordered("w₂ x₂ w₁₀ x₁ w₁ b"), "w₁ w₂ w₁₀ x₁ x₂ b");
  assert.equal(ordered("w₁,₁₀ w₁,₂ w₂,₁"), "w₁,₂ w₁,₁₀ w₂,₁");
  assert.equal(ordered("x₂′ x₂ x₁ x₁′ θ x₁[12]"), "x₁′ x₂′ x₁ x₂ θ x₁[12]");
});

test("inputs before parameters, layer 1 before layer 2", () => {
  const net = "b:w⁽²⁾₁₁ a:w⁽¹⁾₂₁ x₂ a:w⁽¹⁾₁₂ x₁ a:b⁽¹⁾₁ b:b⁽²⁾₁ a:w⁽¹⁾₁₁";
  assert.equal(ordered(net), "x₁ x₂ w⁽¹⁾₁₁ w⁽¹⁾₁₂ w⁽¹⁾₂₁ b⁽¹⁾₁ w⁽²⁾₁₁ b⁽²⁾₁");
});
