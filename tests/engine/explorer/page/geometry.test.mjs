// @ts-check
// The camera, and edges as curves.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fitted,
  fitting,
  panned,
  READABLE,
  withInSight,
  zoomed,
} from "../../../../engine/explorer/page/model/camera.js";
import { routed, straight } from "../../../../engine/explorer/page/model/curves.js";
import { layoutFor, openingView } from "../../../../engine/explorer/page/model/opening.js";
import { randomNumbers } from "./graphs.mjs";

const near = (/** @type {number} */ a, /** @type {number} */ b) =>
  assert.ok(Math.abs(a - b) < 1e-6 * (1 + Math.abs(b)), `${a} is not ${b}`);

const random = randomNumbers(2);
const between = (/** @type {number} */ low, /** @type {number} */ high) =>
  low + (high - low) * random();

test("what is under the pointer stays there when zoomed", () => {
  for (let k = 0; k < 100; k++) {
    const camera = { x: between(-500, 500), y: between(-500, 500), scale: between(0.02, 4) };
    const [px, py] = [between(0, 900), between(0, 600)];
    const next = zoomed(camera, between(0.1, 10), [px, py]);
    near(next.x + px / next.scale, camera.x + px / camera.scale);
    near(next.y + py / next.scale, camera.y + py / camera.scale);
    assert.ok(next.scale >= 0.02 && next.scale <= 4);
  }
});

test("a picture follows the pointer", () => {
  const moved = panned({ x: 10, y: 20, scale: 2 }, 6, -4);
  assert.deepEqual(moved, { x: 7, y: 22, scale: 2 });
});

test("fitted, the whole picture is seen, in the middle", () => {
  for (let k = 0; k < 100; k++) {
    const [width, height] = [between(50, 5000), between(50, 5000)];
    const room = { width: between(300, 1500), height: between(300, 1000) };
    const { x, y, scale } = fitted([width, height], room, { x: 0, y: 0 }, false);
    assert.ok(x <= 0 && y <= 0 && scale <= 1.35);
    near(x + room.width / scale / 2, width / 2);
    near(y + room.height / scale / 2, height / 2);
  }
});

test("a large picture is shown from its first card on, to be readable", () => {
  const first = { x: 100, y: 4000 };
  const room = { width: 800, height: 600 };
  const { x, y, scale } = fitted([9000, 9000], room, first, true);
  assert.equal(scale, READABLE);
  near(x, -12 / scale);
  near(y + room.height / scale / 2, first.y);
  const phone = fitted([9000, 9000], { width: 390, height: 400 }, first, true);
  assert.equal(phone.scale, READABLE);
});

test("a card out of sight comes to the middle, one in sight stays", () => {
  const camera = { x: 0, y: 0, scale: 1 };
  const room = { width: 800, height: 600 };
  const card = (/** @type {number} */ x) => ({ x, y: 100, width: 80, height: 40 });
  assert.equal(withInSight(camera, room, card(400)), camera);
  for (const x of [-100, 20, 790, 2000]) {
    const moved = withInSight(camera, room, card(x));
    near(moved.x + 400, x);
    assert.equal(withInSight(moved, room, card(x)), moved);
  }
});

test("the deepest view that can be read whole is opened, else the most folded one", () => {
  const sizes = [
    [200, 200],
    [800, 500],
    [3000, 2000],
    [100, 100],
  ];
  const layouts = sizes.map((size) => ({ size }));
  const views = [0, 1, 2, -1].map((level, layout) => ({
    level,
    layout,
    path: layout === 3 ? "a" : "",
  }));
  const graph = /** @type {any} */ ({ data: { layouts, view: 0 }, views });
  const opened = (/** @type {number} */ width, /** @type {number} */ height) =>
    openingView(graph, { width, height });
  assert.equal(opened(4000, 3000), 2);
  assert.equal(opened(960, 640), 1);
  assert.equal(opened(390, 400), 0);
  assert.equal(opened(100, 100), 0);
  for (let k = 0; k < 100; k++) {
    const room = { width: between(100, 4000), height: between(100, 3000) };
    const { level, layout } = views[openingView(graph, room)];
    const isWhole = fitting(/** @type {[number, number]} */ (sizes[layout]), room) >= READABLE;
    assert.ok(isWhole || level === 0);
  }
});

test("a view goes across, unless it is larger downwards", () => {
  const down = { size: [300, 400] };
  const layouts = /** @type {any} */ ([{ size: [700, 200], down }, { size: [900, 900] }]);
  const chosen = (/** @type {number} */ width, /** @type {number} */ height) =>
    layouts.map((/** @type {any} */ each) => layoutFor(each, { width, height }).size[0]);
  assert.deepEqual(chosen(1000, 600), [700, 900]);
  assert.deepEqual(chosen(520, 500), [300, 900]);
  assert.deepEqual(chosen(760, 260), [700, 900]);
});

test("the arrow of a gradient stands at the beginning, and points back", () => {
  assert.match(straight([0, 0, 80, 40], [200, 50, 100, 40]).backTip, /^M40,0L47\.3,/);
  const { backTip } = routed([5, 6, 100, 0, 0, 0, 30, 0, 60, 0, 90, 0]);
  assert.match(backTip, /^M0,0L7\.3,/);
});

test("a straight edge leads from side to side, its arrow at the end", () => {
  const { path, tip, label } = straight([0, 0, 80, 40], [200, 50, 100, 40]);
  assert.match(path, /^M40,0C.* 144,50$/);
  assert.match(tip, /^M150,50L142\.7,46\.7L142\.7,53\.3Z$/);
  assert.equal(label, null);
});

test("where the graph runs down, it leads from below to above", () => {
  const { path, tip, backTip } = straight([0, 0, 80, 40], [50, 200, 100, 60], true);
  assert.match(path, /^M0,20C0,80 50,104 50,164$/);
  assert.equal(tip, "M50,170L53.3,162.7L46.7,162.7Z");
  assert.equal(backTip, "M0,20L-3.3,27.3L3.3,27.3Z");
});

test("a routed edge goes along the points given, to the tip", () => {
  const { path, tip, label } = routed([5, 6, 100, 0, 0, 0, 30, 0, 60, 0, 90, 0]);
  assert.equal(path, "M0,0C30,0 60,0 90,0L100,0");
  assert.match(tip, /^M100,0L/);
  assert.deepEqual(label, [5, 6]);
});
