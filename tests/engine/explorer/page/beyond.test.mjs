// @ts-check
// The words count the cards that are not seen whole.

import assert from "node:assert/strict";
import { test } from "node:test";
import { beyondWords } from "../../../../engine/explorer/page/model/beyond.js";

test("cards that are cut off by the window are counted", () => {
  const card = (/** @type {number} */ x) => ({ x, y: 50, width: 100, height: 40 });
  const room = { width: 400, height: 100 };
  const cards = [card(60), card(200), card(380), card(900)];
  const words = (/** @type {number} */ scale) => beyondWords(cards, { x: 0, y: 0, scale }, room);
  assert.match(words(1), /^2 of 4 out of sight/);
  assert.match(words(2), /^4 of 4 out/);
  assert.equal(words(0.4), "");
  assert.equal(beyondWords([], { x: 0, y: 0, scale: 1 }, room), "");
});
