// @ts-check
// Guesses: what is asked, right within a hundredth, and why a wrong one is wrong.

import assert from "node:assert/strict";
import { test } from "node:test";
import { judged } from "../../../../engine/explorer/page/model/guess.js";
import { questionOf } from "../../../../engine/explorer/page/model/questions.js";
import { boxed, manyPaths, randomNumbers, session, squaredTwice } from "./graphs.mjs";

/** @typedef {import("../../../../engine/explorer/page/model/questions.js").Question} Question */

/**
 * What is asked of a step, and the answer to a guess.
 * @param {number} position
 */
function askedAt(position, graph = boxed()) {
  const one = session(graph);
  const moment = one.momentAt(position);
  const question = /** @type {Question} */ (questionOf(moment, one.sketch));
  return { question, said: (/** @type {number} */ guess) => judged(guess, question, moment) };
}

test("several kinds of question take turns", () => {
  const kinds = [1, 2, 3, 5, 6, 7, 8, 9, 10].map((position) => askedAt(position).question.kind);
  assert.deepEqual(kinds, [
    "value",
    "value",
    "partial",
    "flow",
    "flow",
    "which",
    "flow",
    "sum",
    "flow",
  ]);
  const long = [...Array(8).keys()].map((k) => askedAt(k + 1, manyPaths(12)).question.kind);
  assert.deepEqual(long, ["value", "value", "which", "which", "value", "value", "which", "which"]);
});

test("a hundredth off is right, two are not", () => {
  const { said } = askedAt(1); // v1 = w·x = 0.5·2 = 1
  assert.deepEqual(said(1.009), { right: true, text: "Right: 1." });
  assert.equal(said(1.02).right, false);
});

test("why a value is wrong", () => {
  const { said } = askedAt(2); // z = v1 + b = 1 + (−3)
  assert.equal(said(2).text, "The sign is the other one: z = v₁ + b = 1 + (−3) = −2.");
  assert.equal(said(-3).text, "That is v₁ · b: z = v₁ + b = 1 + (−3) = −2.");
  assert.equal(said(1).text, "That is v₁ alone: z = v₁ + b = 1 + (−3) = −2.");
  assert.equal(said(-20).text, "That is ten times too large: z = v₁ + b = 1 + (−3) = −2.");
  assert.equal(said(0.3).text, "Off by 2.3: z = v₁ + b = 1 + (−3) = −2.");
});

test("why a local derivative is wrong", () => {
  const { question, said } = askedAt(3); // L = w·z
  assert.equal(question.text, "What is the local derivative ∂L/∂w here?");
  assert.deepEqual(said(-2), { right: true, text: "Right: −2." });
  assert.equal(said(0.5).text, "That is ∂L/∂z: ∂L/∂w = z = −2.");
  assert.equal(said(-1).text, "That is L itself, not its slope: ∂L/∂w = z = −2.");
  assert.equal(said(-0.5).text, "That is the other way up: ∂L/∂w = z = −2.");
});

test("why what flows is wrong", () => {
  const { question, said } = askedAt(10); // ∂L/∂x += 0.5 · 0.5
  assert.equal(question.text, "How much flows from v₁ to x?");
  assert.match(said(0.5).text, /^That is what arrives at v₁: the local derivative is forgotten: /);
  assert.match(said(1).text, /^The two are multiplied, not added: /);
  assert.match(said(2).text, /^That is the value of x, not a gradient: /);
});

test("why a sum over paths is wrong", () => {
  const { question, said } = askedAt(9); // ∂L/∂w = −2 + 0.5·2
  assert.equal(question.text, "What is ∂L/∂w in all, the sum over its 2 paths?");
  assert.equal(said(-1).text, "Right: −1.");
  assert.equal(said(-2).text, "The path from v₁ is forgotten: ∂L/∂w = (−2) + 1 = −1.");
  assert.equal(said(-0.5).text, "Paths add up: there is no mean to take: ∂L/∂w = (−2) + 1 = −1.");
});

test("whatever the numbers, the truth is right and a wrong guess is told the right one", () => {
  const random = randomNumbers(11);
  for (let round = 0; round < 200; round += 1) {
    const one = session([boxed, squaredTwice, () => manyPaths(4)][round % 3]());
    for (const leaf of one.graph.leaves) one.edit(leaf, 4 * random() - 2);
    for (let position = 1; position <= one.graph.stepCount; position += 1) {
      const moment = one.momentAt(position);
      const question = questionOf(moment, one.sketch);
      if (!question || question.kind === "which") continue;
      assert.equal(judged(question.truth, question, moment).right, true);
      const wrong = judged(question.truth + 1 + random(), question, moment);
      assert.equal(wrong.right, false);
      assert.ok(wrong.text.endsWith(`${question.words}.`) && !wrong.text.includes("undefined"));
    }
  }
});
