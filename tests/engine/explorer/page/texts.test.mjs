// @ts-check
// How numbers, formulas, steps and tables are written.

import assert from "node:assert/strict";
import { test } from "node:test";
import { digits } from "../../../../engine/explorer/page/model/digits.js";
import { arithmetic, details } from "../../../../engine/explorer/page/model/markup.js";
import { isRaised } from "../../../../engine/explorer/page/model/naming.js";
import {
  errorWords,
  spokenWords,
  stepInWords,
} from "../../../../engine/explorer/page/model/sentences.js";
import {
  counted,
  escaped,
  isWithin,
  shortened,
} from "../../../../engine/explorer/page/model/text.js";
import { noteOf, trailOf } from "../../../../engine/explorer/page/model/trail.js";
import { filled, MATH, TEXT } from "../../../../engine/explorer/page/model/writing.js";
import { boxed, doubled, logarithm, manyPaths, session } from "./graphs.mjs";

test("four digits, a true minus, half to even", () => {
  /** @type {[number, string][]} */
  const known = [
    [0, "0"],
    [-0, "0"],
    [1.5, "1.5"],
    [-2.00004, "−2"],
    [12345, "1.234·10⁴"], // half: to the even digit
    [12355, "1.236·10⁴"],
    [0.000012, "1.2·10⁻⁵"],
    [-1e-12, "−10⁻¹²"],
    [Number.POSITIVE_INFINITY, "∞"],
    [Number.NaN, "no number"],
  ];
  for (const [number, text] of known) assert.equal(digits(number), text);
});

test("a template is filled, with parentheses around what is negative", () => {
  const number = (/** @type {number} */ x) => () => ({ text: digits(x), negative: x < 0 });
  /** @type {[string, string]} */
  const product = ["2·{(0}{0}{)0}", "<mn>2</mn>{(0}{0}{)0}"];
  assert.equal(filled(product, TEXT, number(3)), "2·3");
  assert.equal(filled(product, TEXT, number(-3)), "2·(−3)");
  assert.equal(filled(product, MATH, number(-3)), "<mn>2</mn><mo>(</mo>−3<mo>)</mo>");
  /** @type {[string, string]} */
  const power = ["x{^0}", ""];
  assert.equal(filled(power, TEXT, number(-12)), "x⁻¹²");
  assert.equal(filled(power, TEXT, number(0.5)), "x^0.5");
  assert.equal(filled(power, TEXT, number(-0.5)), "x^(−0.5)");
  const long = () => ({ text: "2·10⁻⁷", negative: false, long: true });
  assert.equal(filled(["3·{(0}{0}{)0}", ""], TEXT, long), "3·2·10⁻⁷");
  assert.equal(filled(["3/{<0}{0}{>0}", ""], TEXT, long), "3/(2·10⁻⁷)");
  assert.equal(filled(["{[0}{0}{]0}²", ""], TEXT, long), "(2·10⁻⁷)²");
  assert.equal(filled(power, TEXT, long), "x^(2·10⁻⁷)");
});

test("a name has its indices below, its layer above", () => {
  assert.equal(MATH.name("w₁₂"), "<msub><mi>w</mi><mn>12</mn></msub>");
  assert.equal(MATH.name("7"), "<mi>7</mi>");
  const weight = "<msubsup><mi>w</mi><mn>21</mn><mtext>(2)</mtext></msubsup>";
  assert.equal(MATH.name("w⁽²⁾₂₁"), weight);
  assert.equal(MATH.name("x_d"), "<msub><mi>x</mi><mi>d</mi></msub>");
  assert.equal(MATH.name("<b>"), "<mi>&lt;b&gt;</mi>");
});

test("a power of a name that has something above is in parentheses", () => {
  /** @type {[string, string]} */
  const square = ["{[0}{0}{]0}²", ""];
  const name =
    (/** @type {string} */ text, raised = false) =>
    () => ({
      text,
      negative: false,
      raised,
    });
  assert.equal(filled(square, TEXT, name("z⁽¹⁾₂", isRaised("z⁽¹⁾₂"))), "(z⁽¹⁾₂)²");
  assert.equal(filled(square, TEXT, name("z₂", isRaised("z₂"))), "z₂²");
});

test("a step in words, with and without its result", () => {
  const one = session();
  one.go(1);
  assert.equal(stepInWords(one.moment, TEXT), "v₁ = w·x = 0.5·2 = 1");
  assert.equal(stepInWords(one.moment, TEXT, false), "v₁ = w·x = 0.5·2");
  one.go(one.graph.forwardCount + 1);
  assert.equal(spokenWords(one.moment), "∂L/∂L = 1");
  one.go(one.graph.forwardCount + 2);
  assert.equal(spokenWords(one.moment), "∂L/∂w += ∂L/∂L · ∂L/∂w = 1 · −2 = −2");
});

test("what would be said twice is said once", () => {
  const one = session(doubled("3"));
  one.go(1);
  assert.equal(spokenWords(one.moment), "y = 3·2 = 6");
});

test("an error is told from where it happens on", () => {
  const one = session(logarithm());
  one.edit(0, -1);
  const told = "v₁ has no number. log(p): p = −1 is outside log's domain x > 0.";
  assert.equal(errorWords(one.moment), told);
  assert.equal(spokenWords(one.moment), "There is no gradient: v₁ has no number.");
  one.go(2);
  assert.equal(spokenWords(one.moment), "y waits for a number that does not exist: see v₁.");
  one.go(0);
  assert.equal(errorWords(one.moment), "");
});

test("labels are data in every line of HTML", () => {
  for (const graph of [doubled(), boxed(), manyPaths(3), logarithm()]) {
    graph.names = graph.names.map((name) => `<img src=x onerror=alert(1)>${name}`);
    const one = session(graph);
    if (graph.names[0].endsWith("p")) one.edit(0, -1);
    for (let position = 0; position <= graph.stepCount; position++) {
      one.go(position);
      assert.ok(!/<img/.test(arithmetic(one.moment) + details(one.moment)));
    }
  }
  assert.equal(escaped('<a href="x">&'), "&lt;a href=&quot;x&quot;&gt;&amp;");
});

test("elements of HTML are closed in their order", () => {
  for (const graph of [boxed(), doubled(), logarithm(), manyPaths(15)]) {
    const one = session(graph);
    for (let position = 0; position <= graph.stepCount; position++) {
      one.go(position);
      /** @type {string[]} */
      const open = [];
      const html = arithmetic(one.moment) + details(one.moment);
      for (const [, close, name] of html.matchAll(/<(\/?)([a-z]+)[^>]*>/g)) {
        if (close) assert.equal(open.pop(), name);
        else open.push(name);
      }
      assert.deepEqual(open, []);
    }
  }
});

test("paths that meet are added up, a few of them shown", () => {
  const paths = 25;
  const one = session(manyPaths(paths));
  one.go(one.lastStop);
  const html = details(one.moment);
  assert.match(html, /Paths into <math displaystyle="true"><mi>x<\/mi><\/math> add up/);
  assert.match(html, new RegExp(`of ${paths} paths in all`));
  assert.match(html, new RegExp(`<td>sum</td><td>${paths}</td>`));
  assert.ok((html.match(/<th scope="row">from /g) ?? []).length <= 10);
  one.go(one.lastStop - 1);
  assert.match(details(one.moment), new RegExp(`<td>so far</td><td>${paths - 1}</td>`));
});

test("of the paths, those that have been gone show their numbers", () => {
  const paths = 5;
  const one = session(manyPaths(paths));
  const into = [...one.computed.steps.entries()].filter(([, step]) => step.input === 0);
  for (const [gone, [k]] of into.entries()) {
    one.go(one.graph.forwardCount + k + 1);
    const html = details(one.moment);
    assert.equal(html.match(/<td>1 · 1 = 1<\/td>/g)?.length, gone + 1);
    assert.equal(html.match(/<td>–<\/td>/g)?.length ?? 0, paths - gone - 1);
  }
});

test("the trail names the levels, and the boxes around one alone", () => {
  const graph = boxed();
  const texts = (/** @type {number} */ view) => trailOf(graph, view).map((stop) => stop.text);
  assert.deepEqual(texts(2), ["Show", "layers", "neurons", "every operation"]);
  assert.deepEqual(texts(4).slice(4), ["›", "layer 1", "›", "neuron 1"]);
  assert.deepEqual(
    trailOf(graph, 4).flatMap((stop) => stop.path ?? []),
    ["layer 1", "layer 1/neuron 1"],
  );
  assert.deepEqual(
    trailOf(graph, 2)
      .filter((stop) => stop.isCurrent)
      .map((stop) => stop.view),
    [2],
  );
  graph.data.levels = ["loss", ""];
  assert.deepEqual(texts(2), ["Show", "loss", "level 2", "every operation"]);
  assert.deepEqual(trailOf(doubled(), 0), [{ text: "3 nodes", kind: "label" }]);
  assert.deepEqual(trailOf(manyPaths(1), 0), [{ text: "1 node", kind: "label" }]);
});

test("the note says what is not drawn or not computed", () => {
  const graph = boxed();
  assert.equal(noteOf(graph, 0), "");
  graph.views[0].cut = 5;
  assert.match(noteOf(graph, 0), /^Of 6 nodes, too many to lay out/);
  graph.data.missing = "own";
  graph.editable = false;
  assert.match(noteOf(graph, 1), /^own is a rule that this page cannot compute/);
});

test("small things about text", () => {
  assert.equal(counted(1, "leaf", "leaves"), "1 leaf");
  assert.equal(counted(1234, "leaf", "leaves"), "1,234 leaves");
  assert.equal(shortened("abcdef", 4), "abc…");
  assert.equal(shortened("abcd", 4), "abcd");
  assert.equal(shortened("🧠🧠🧠🧠🧠", 4), "🧠🧠🧠…");
  assert.ok(isWithin("layer 1/neuron 1", "layer 1") && isWithin("a", "a"));
  assert.ok(!isWithin("layer 10", "layer 1"));
});
