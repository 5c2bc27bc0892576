// @ts-check
// A nudge: what is measured, what the local derivatives foretell, and what the cards show of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Nudge,
  NudgedMoment,
  nudgeTable,
  nudgeWords,
} from "../../../../engine/explorer/page/model/nudge.js";
import { boxed, logarithm, randomNumbers, session, squaredTwice } from "./graphs.mjs";

/** @typedef {import("../../../../engine/explorer/page/model/graph.js").Graph} Graph */

/**
 * @param {Graph} graph
 * @param {number} leaf
 * @param {number} delta
 */
const nudge = (graph, leaf, delta) => new Nudge(session(graph).computed, leaf, delta);

test("the output's foretold change is its gradient times Δ, whatever the numbers", () => {
  const random = randomNumbers(5);
  for (let round = 0; round < 100; round += 1) {
    const one = session();
    for (const leaf of one.graph.leaves) one.edit(leaf, 4 * random() - 2);
    for (const leaf of one.graph.leaves) {
      const { foretold, graph } = new Nudge(one.computed, leaf, 0.25);
      const expected = 0.25 * one.computed.gradients[leaf];
      assert.ok(Math.abs(foretold[graph.output] - expected) < 1e-12);
    }
  }
});

test("what is measured is the new value less the old one", () => {
  const moved = nudge(boxed(), 0, 0.5); // w: 0.5 to 1; L = w·(2w − 3): −1 to −1
  assert.equal(moved.change(2), 1);
  assert.equal(moved.change(5), 0);
  assert.equal(moved.foretold[5], -0.5);
  assert.equal(nudgeWords(moved), "Δw +0.5 → ΔL 0 ≈ −0.5");
});

test("what is foretold is handed on, not measured anew", () => {
  const moved = nudge(squaredTwice(), 0, 0.5); // z = x⁴ at 3
  assert.deepEqual([...moved.foretold], [0.5, 3, 54]);
});

test("along a straight line both are one, and only one is shown", () => {
  const moved = nudge(boxed(), 3, 0.5);
  assert.equal(nudgeWords(moved), "Δb +0.5 → ΔL +0.25");
  assert.equal(new NudgedMoment(moved).gradientText(5), "–");
});

test("cards show Δ where it travels, and a dash where it does not", () => {
  const moment = new NudgedMoment(nudge(boxed(), 3, 0.5));
  const shown = [0, 1, 2, 3, 4, 5].map((node) => moment.valueText(node));
  assert.deepEqual(shown, ["–", "–", "–", "+0.5", "+0.5", "+0.25"]);
  assert.equal(moment.isAlong([[4, 1]]), true);
  assert.equal(moment.isAlong([[4, 0]]), false);
  assert.equal(moment.active, 3);
});

test("out of the domain there is no Δ", () => {
  const moved = nudge(logarithm(), 0, -2);
  assert.equal(nudgeWords(moved), "Δp −2 → Δy none: outside the domain");
  assert.match(nudgeTable(moved), /none/);
});

test("the table tells how Δ is made", () => {
  const table = nudgeTable(nudge(boxed(), 0, 0.5));
  assert.match(table, /≈ 2 · 0.5/);
  assert.match(table, /≈ \(−2\) · 0.5 \+ 0.5 · 1/);
});
