// @ts-check
// An address holds a session, and nonsense in it does no harm.

import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, darkOf, restore } from "../../../../engine/explorer/page/model/address.js";
import { boxed, randomNumbers, session } from "./graphs.mjs";

/** @param {ReturnType<typeof session>} one */
const shown = (one) => [one.position, one.view, [...one.computed.start], one.stops];

test("any session comes back from its address", () => {
  const graph = boxed();
  const random = randomNumbers(1);
  for (let k = 0; k < 200; k++) {
    const one = session(graph);
    one.show(Math.floor(random() * graph.views.length));
    for (const leaf of graph.leaves) {
      if (random() < 0.5) one.edit(leaf, (random() - 0.5) * 10 ** Math.floor(random() * 40 - 20));
    }
    one.go(Math.floor(random() * (graph.stepCount + 1)));
    const dark = [null, true, false][Math.floor(random() * 3)];
    const other = session(graph);
    other.edit(0, 99);
    restore(other, addressOf(one, dark));
    assert.deepEqual(shown(other), shown(one));
    assert.equal(addressOf(other, dark), addressOf(one, dark));
    assert.equal(darkOf(addressOf(one, dark)), dark);
  }
});

test("a session as it began has no address", () => {
  assert.equal(addressOf(session(), null), "");
});

test("nonsense is left out", () => {
  for (const address of [
    "step=nan&box=nowhere&n0=x&n99=1",
    "step=-7",
    "level=77",
    "level=-1",
    "&&=%",
    "n0=",
  ]) {
    const one = session();
    restore(one, address);
    assert.deepEqual(shown(one), shown(session()));
    assert.equal(darkOf(address), null);
  }
  const one = session();
  restore(one, "step=1e9");
  assert.equal(one.position, one.graph.stepCount);
});

test("a graph that the page cannot compute keeps its numbers", () => {
  const graph = boxed();
  graph.editable = false;
  const one = session(graph);
  restore(one, "n0=7");
  assert.deepEqual([...one.computed.start], graph.values);
});

test("a verdict does not outlive a change of address", () => {
  const one = session();
  one.togglePredicting();
  one.next();
  one.guess("7");
  restore(one, "step=2");
  assert.equal(one.verdict, null);
});
