// @ts-check
// An address holds a session, and nonsense in it does no harm.

import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, restore } from "../../../../engine/explorer/page/model/address.js";
import { cameraOf, sightOf } from "../../../../engine/explorer/page/model/camera.js";
import { Look, TEXT_SIZES } from "../../../../engine/explorer/page/model/look.js";
import { boxed, randomNumbers, session } from "./graphs.mjs";

/** @param {ReturnType<typeof session>} one */
const shown = (one) => [
  one.position,
  one.view,
  [...one.computed.start],
  one.stops,
  one.predicting,
  one.look,
  one.rate,
  [...one.held].sort(),
];

test("any session comes back from its address", () => {
  const graph = boxed();
  const random = randomNumbers(1);
  const oneOf = (/** @type {any[]} */ choices) => choices[Math.floor(random() * choices.length)];
  for (let k = 0; k < 200; k++) {
    const one = session(graph);
    one.show(Math.floor(random() * graph.views.length));
    for (const leaf of graph.leaves) {
      if (random() < 0.5) one.edit(leaf, (random() - 0.5) * 10 ** Math.floor(random() * 40 - 20));
    }
    one.go(Math.floor(random() * (graph.stepCount + 1)));
    one.predicting = random() < 0.5;
    one.rate = oneOf(["0.1", "1/2", "x", ""]);
    for (const leaf of graph.leaves) {
      if (random() < 0.3) one.held.add(leaf);
      else one.held.delete(leaf);
    }
    one.look.dark = oneOf([null, true, false]);
    one.look.speed = oneOf([0.5, 1, 20]);
    one.look.text = oneOf(TEXT_SIZES);
    one.look.sight = oneOf([null, { x: -7.25, y: 1000, scale: 0.35 }]);
    const other = session(graph);
    other.edit(0, 99);
    other.held.add(graph.leaves[0]);
    restore(other, addressOf(one));
    assert.deepEqual(shown(other), shown(one));
    assert.equal(addressOf(other), addressOf(one));
  }
});

test("a session as it began has no address", () => {
  assert.equal(addressOf(session()), "");
});

test("a level that was chosen is in the address, also where a page opens with it", () => {
  const graph = boxed();
  const levels = [...graph.views.keys()].filter((view) => graph.views[view].level >= 0);
  for (const view of levels) {
    graph.data.view = view;
    const one = session(graph);
    one.show(levels.find((each) => each !== view) ?? view);
    one.show(view);
    assert.equal(addressOf(one), `level=${graph.views[view].level}`);
    restore(one, "level=77");
    assert.deepEqual([one.isChosen, addressOf(one)], [false, ""]);
  }
});

test("nonsense is left out", () => {
  for (const address of [
    "step=nan&box=nowhere&n0=x&n99=1",
    "step=-7",
    "level=77",
    "level=-1",
    "&&=%",
    "n0=",
    "predict=perhaps&theme=pink&speed=-1&text=9&see=1,2",
    "speed=1e9&see=1,2,0&text=x",
    "see=a,b,c",
    "see=1,2,99",
    "turned=nan,,1e9",
  ]) {
    const one = session();
    restore(one, address);
    assert.deepEqual(shown(one), shown(session()));
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

test("a theme stays where an address names none", () => {
  const one = session();
  restore(one, "theme=dark");
  restore(one, "step=1");
  assert.equal(one.look.dark, true);
});

test("what is seen is told by its middle, whatever the window", () => {
  const camera = { x: 10, y: 20, scale: 2 };
  const sight = sightOf(camera, { width: 400, height: 200 });
  assert.deepEqual(sight, { x: 110, y: 70, scale: 2 });
  assert.deepEqual(cameraOf(sight, { width: 400, height: 200 }), camera);
});

test("type grows size by size, and begins again", () => {
  const look = new Look();
  const sizes = TEXT_SIZES.map(() => {
    look.enlarge();
    return look.text;
  });
  assert.deepEqual(sizes, [...TEXT_SIZES.slice(1), 1]);
});

test("a fault of the backward pass is kept, nonsense is none", () => {
  const one = session();
  one.chooseFault("overwrite");
  const other = session();
  restore(other, addressOf(one));
  assert.equal(other.fault, "overwrite");
  assert.equal(other.computed.gradients[0], one.computed.gradients[0]);
  restore(other, "fault=toString");
  assert.equal(other.fault, null);
});
