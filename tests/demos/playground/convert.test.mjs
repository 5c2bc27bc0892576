// @ts-check
// Formulas become a program: numbers are Values, what is used is imported; a slider changes a number.

import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf, withNumber } from "../../../demos/playground/src/convert.js";

/** @type {any} */
const TABLE = {
  RULES: { tanh: {}, exp: {}, pow: {}, "sum/2": {}, "dot/4": {}, "hypot/2": {} },
  VECTORS: { sum: 1, dot: 2 },
};

/** @param {string} text */
const linesOf = (text) => programOf(text, TABLE).split("\n");

test("a named line keeps its name, a number becomes a Value", () => {
  assert.equal(
    programOf("w = 0.5  # a weight, not tanh\nL = exp(w * pi)", TABLE),
    "from math import pi\n\nfrom engine import Value, exp\n\n" +
      "w = Value(0.5)  # a weight, not tanh\nL = exp(w * pi)\nL.backward()\n",
  );
});

test("a last line without a name is the output", () => {
  assert.equal(
    programOf("x = -2\n\nx * x\n", TABLE),
    "from engine import Value\n\nx = Value(-2)\n\noutput = x * x\noutput.backward()\n",
  );
});

test("pow is Python's own, and the e of a number is none", () => {
  assert.equal(
    programOf("x = -2e-1\npow(x, 3)", TABLE),
    "from engine import Value\n\nx = Value(-2e-1)\noutput = pow(x, 3)\noutput.backward()\n",
  );
});

test("several on a line, typeset signs, and functions that take lists", () => {
  const lines = linesOf("x = 2; y = 3  # two\ndot(x, sum(x, 1), hypot(x, 2), (y)·2) − π");
  assert.deepEqual(lines.slice(0, 7), [
    "from math import pi",
    "",
    "from engine import Value, dot, hypot, sum",
    "",
    "x = Value(2); y = Value(3)  # two",
    "output = dot([x, sum([x, 1])], [hypot(x, 2), (y)*2]) - pi",
    "output.backward()",
  ]);
});

test("a slider changes its number and nothing else", () => {
  assert.equal(withNumber("w = 0.5  # w = 1", "w", "2"), "w = 2  # w = 1");
  assert.equal(withNumber("x = 1; w=-0.5 ;y = 3", "w", "−2"), "x = 1; w=−2 ;y = 3");
});
