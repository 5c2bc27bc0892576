// @ts-check
// Guesses: read as people write numbers, right within a hundredth.

import assert from "node:assert/strict";
import { test } from "node:test";
import { judged } from "../../../../engine/explorer/page/model/guess.js";
import { session } from "./graphs.mjs";

/** @param {number} position */
function momentAt(position) {
  const one = session();
  one.go(position);
  return one.moment;
}

test("a minus may be a hyphen, a point a comma", () => {
  const moment = momentAt(3); // L = −1
  for (const text of ["-1", "−1", " -1.0 ", "-1,0", "-1.009", "-0.991"]) {
    assert.deepEqual(judged(text, moment), { right: true, text: "Right: −1." });
  }
});

test("what is off is told by how much, and why", () => {
  const verdict = judged("-2", momentAt(3));
  assert.deepEqual(verdict, { right: false, text: "Off by 1: L = w·z = 0.5·(−2) = −1." });
});

test("a hundredth off is right, two are not", () => {
  assert.equal(judged("-1.009", momentAt(3))?.right, true);
  assert.equal(judged("-1.02", momentAt(3))?.right, false);
});

test("in the backward pass it is what flows that is sought", () => {
  const moment = momentAt(5); // ∂L/∂w += 1 · −2
  assert.equal(judged("-2", moment)?.right, true);
});

test("what is no number is no guess", () => {
  for (const text of ["", "  ", "one", "1/2", "Infinity", "1,2,3"]) {
    assert.equal(judged(text, momentAt(3)), null);
  }
});
