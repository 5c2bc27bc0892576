// @ts-check
// The graph of a formula: each node once, its constants light, names as data, slopes on the edges.

import assert from "node:assert/strict";
import { test } from "node:test";
import { dotOf } from "../../../demos/playground/src/drawing.js";

const plain = { name: "", rule: "", inputs: [], partials: [], gradient: 0, isLeaf: false };
const leaf = (/** @type {string} */ name) => ({ ...plain, name, value: -2, isLeaf: true });

test("a node used twice is drawn once, and a constant carries no slope", () => {
  const x = leaf("x<");
  const two = { ...plain, value: 2 };
  const square = { ...plain, rule: "power", value: 4, inputs: [x, two], partials: [-4, 0] };
  const sum = { ...plain, rule: "add", name: "y", value: 2, inputs: [square, x], partials: [1, 1] };
  const dot = dotOf(sum, { add: "+" });
  assert.equal(dot.match(/<b>x&lt;<\/b>/g)?.length, 1);
  assert.match(dot, /\( \)²/);
  assert.match(dot, /<b>y<\/b> {2}<font color="#6b7280">\+<\/font>/);
  assert.deepEqual(
    [...dot.matchAll(/ -> n\d+(.*)$/gm)].map(([, label]) => label),
    [' [label=" −4 "]', "", ' [label=" 1 "]', ' [label=" 1 "]'],
  );
});

test("a graph too large to see is not drawn", () => {
  const inputs = Array.from({ length: 200 }, (_, place) => leaf(`x${place}`));
  const sum = { ...plain, rule: "sum", value: 0, inputs, partials: inputs.map(() => 1) };
  assert.equal(dotOf(sum, {}), "");
});
