// @ts-check
// Numbers are read as people write them, and what is none is refused with a word.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readNumber } from "../../../../engine/explorer/page/model/reading.js";

test("a fraction, a comma, a power of ten", () => {
  /** @type {[string, number][]} */
  const written = [
    ["0.5", 0.5],
    [".5", 0.5],
    ["5.", 5],
    ["+3", 3],
    ["1/2", 0.5],
    [" −1 / 4 ", -0.25],
    ["1/-4", -0.25],
    ["−2e-3", -2e-3],
    ["-2E-3", -2e-3],
    ["0,5", 0.5],
    ["2·10⁻³", 2e-3],
    ["−2 · 10⁻³", -2e-3],
    ["2*10^-3", 2e-3],
    ["2×10^3", 2000],
    ["2x10**-3", 2e-3],
    ["2*10^(-3)", 2e-3],
    ["10⁻²", 0.01],
    ["-10^2", -100],
    ["1,5·10²", 150],
    ["2103", 2103],
    ["10", 10],
  ];
  for (const [text, number] of written) {
    assert.deepEqual(readNumber(text), { number, why: "" }, text);
  }
});

test("what is no number is refused, and why", () => {
  const none = [
    "one",
    "1/2/3",
    "--1",
    "1e",
    "e5",
    "·",
    "2·103",
    "1/",
    "/2",
    "NaN",
    "Infinity",
    "0x10",
    "10^",
    "^2",
    "1.2.3",
  ];
  for (const text of none) assert.match(readNumber(text).why, /is no number: write/, text);
  assert.match(readNumber("  ").why, /Write a number/);
  assert.match(readNumber("1,000.5").why, /One comma or one point/);
  assert.match(readNumber("1,2,3").why, /One comma/);
  assert.match(readNumber("1/0").why, /divided by 0/);
  assert.match(readNumber("1e999").why, /too large/);
});

test("every number is read as it is printed", () => {
  for (let k = -300; k < 300; k += 1) {
    const number = ((k % 7) + 0.1) * 10 ** k;
    assert.equal(readNumber(String(number)).number, number);
  }
});
