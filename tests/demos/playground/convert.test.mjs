// @ts-check
// Formulas become a program: numbers are Values, what is used is imported.

import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../../demos/playground/src/convert.js";

/** @type {any} */
const RULES = { tanh: {}, exp: {} };

/** @param {string} name @param {number} line @param {boolean} isLeaf */
const part = (name, line, isLeaf) => ({ name, line, isLeaf, value: 0, gradient: 0 });

test("a named line keeps its name, a number becomes a Value", () => {
  const text = "w = 0.5  # a weight, not tanh\nL = exp(w * pi)";
  assert.equal(
    programOf(text, [part("w", 1, true), part("L", 2, false)], RULES),
    "from math import pi\n\nfrom engine import Value, exp\n\n" +
      "w = Value(0.5)  # a weight, not tanh\nL = exp(w * pi)\nL.backward()\n",
  );
});

test("a last line without a name is the output", () => {
  assert.equal(
    programOf("x = -2\n\nx * x\n", [part("x", 1, true), part("", 3, false)], RULES),
    "from engine import Value\n\nx = Value(-2)\n\noutput = x * x\noutput.backward()\n",
  );
});
