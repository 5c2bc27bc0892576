// @ts-check
// Files have names that any disk takes; a page knows where it lies.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, hintOf, homeOf } from "../../../../engine/explorer/page/model/sharing.js";

test("a file is called after the title and the step", () => {
  assert.equal(fileName("A neuron", 3, "svg"), "a-neuron-step-3.svg");
  assert.equal(fileName("", 0, "png"), "graph-step-0.png");
  assert.equal(fileName("../../etc: w⁽²⁾ / “∂L”?", 1, "html"), "etc-w-2-l-step-1.html");
  assert.ok(fileName("a".repeat(500), 1, "svg").length < 80);
});

test("a page says what can be shared from where it is", () => {
  assert.equal(homeOf("https:"), "web");
  assert.match(hintOf(homeOf("file:")), /on your own disk.*save the page/);
  assert.match(hintOf(homeOf("about:")), /notebook.*no address/);
});
