// @ts-check
// A document survives its link; a link that is none, or unpacks to too much, is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { documentOf, linkOf } from "../../../demos/playground/src/document.js";
import { momentAfterChange } from "../../../demos/playground/src/moment.js";

/** @param {unknown} content */
const linkTo = (content) => `1.${deflateRawSync(JSON.stringify(content)).toString("base64url")}`;

test("a document survives its link, whatever is in it", async () => {
  for (const text of ["", "y = w * x\n", "σ = '∂²' # 😀\n", "print(1)\n".repeat(3000)]) {
    for (const moment of ["", "step=3&n0=-2.5"]) {
      for (const mode of /** @type {const} */ (["python", "formula"])) {
        const link = await linkOf({ mode, text, moment });
        assert.match(link, /^1\.[\w-]*$/);
        assert.deepEqual(await documentOf(link), { mode, text, moment });
      }
    }
  }
});

test("what repeats makes a short link", async () => {
  const text = "loss = sum((w * x + b - y) ** 2 for x, y in points)\n".repeat(50);
  assert.ok((await linkOf({ mode: "python", text, moment: "" })).length < 200);
});

test("what is no document is none", async () => {
  const good = await linkOf({ mode: "python", text: "x = 1", moment: "" });
  const links = ["", "step=3", "1.", "1.!", good.slice(0, -4), `2.${good.slice(2)}`];
  links.push(linkTo(3), linkTo(null), linkTo({}), linkTo({ text: 3 }));
  for (const link of links) assert.equal(await documentOf(link), null, link);
  assert.deepEqual(await documentOf(linkTo({ text: "x", moment: 3, mode: 4 })), {
    mode: "python",
    text: "x",
    moment: "",
  });
});

test("a link that unpacks to too much is refused", async () => {
  assert.equal(await documentOf(linkTo({ text: "x".repeat(600_000) })), null);
});

test("a changed program keeps the step, and no number of the graph before", () => {
  assert.equal(
    momentAfterChange("step=3&n0=2&n12=5&box=layer1&theme=dark&see=1%2C2%2C3"),
    "step=3&theme=dark",
  );
  assert.equal(momentAfterChange(""), "");
});
