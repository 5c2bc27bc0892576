// @ts-check
// The plot beside a leaf: it goes through the point, has gaps, and a tangent of the right slope.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  dependents,
  HEIGHT,
  nudgeReach,
  outputAlong,
  plotOf,
  WIDTH,
} from "../../../../engine/explorer/page/model/plot.js";
import { boxed, doubled, logarithm, randomNumbers, session } from "./graphs.mjs";

/** @param {string} path */
const points = (path) =>
  [...path.matchAll(/([ML])(-?[\d.]+),(-?[\d.]+)/g)].map(([, kind, x, y]) => ({
    kind,
    x: Number(x),
    y: Number(y),
  }));

test("only what depends on a leaf is computed anew, and it is the output", () => {
  assert.deepEqual(dependents(boxed(), 3), [4, 5]);
  const random = randomNumbers(7);
  for (let round = 0; round < 50; round += 1) {
    const one = session();
    const leaf = one.graph.leaves[round % 3];
    const x = 6 * random() - 3;
    const along = outputAlong(one.computed, leaf);
    one.edit(leaf, x);
    assert.equal(along?.(x), one.computed.values[5]);
  }
});

test("the curve runs across, through the point", () => {
  const plot = plotOf(session().computed, 0);
  const curve = points(plot?.curve ?? "");
  assert.equal(curve.length, 41);
  assert.deepEqual([curve[0].x, curve[40].x], [0, WIDTH]);
  const [x, y] = plot?.at(0) ?? [];
  assert.equal(x, WIDTH / 2);
  assert.ok(Math.abs(curve[20].y - Number(y)) <= 0.05 && curve[20].y <= HEIGHT);
});

test("the tangent touches: near the point, it and the curve are one", () => {
  for (const leaf of [0, 1, 3]) {
    const plot = plotOf(session().computed, leaf);
    const [left, right] = points(plot?.tangent ?? "");
    const slope = (right.y - left.y) / (right.x - left.x);
    const reach = nudgeReach(boxed().values[leaf]);
    const at = (/** @type {number} */ delta) => plot?.at(delta * reach) ?? [NaN, NaN];
    const [[x0, y0], [x1, y1]] = [at(-1e-4), at(1e-4)];
    assert.ok(Math.abs((y1 - y0) / (x1 - x0) - slope) < 1e-2);
  }
});

test("a straight line lies on its tangent", () => {
  const plot = plotOf(session(doubled()).computed, 0);
  const [curve, tangent] = [points(plot?.curve ?? ""), points(plot?.tangent ?? "")];
  assert.deepEqual([curve[0].y, curve[40].y], [tangent[0].y, tangent[1].y]);
});

test("where there is no number there is a gap, and no dot", () => {
  const plot = plotOf(session(logarithm()).computed, 0); // log(p) around p = 1, from 0 to 2
  const one = session(logarithm());
  one.edit(0, 0.25); // from −0.75 on
  const gapped = plotOf(one.computed, 0);
  assert.equal(points(plot?.curve ?? "")[0].x > 0, true);
  assert.ok(points(gapped?.curve ?? "").length < 30);
  assert.equal(gapped?.at(-0.5), null);
});

test("at an edge of the domain there is a curve and no tangent", () => {
  const one = session(logarithm());
  one.edit(0, -0.5);
  const plot = plotOf(one.computed, 0);
  assert.equal(plot?.tangent, "");
  assert.ok(points(plot?.curve ?? "").length > 5);
  one.edit(0, -7);
  assert.ok(plotOf(one.computed, 0)?.curve !== undefined);
});

test("where nothing changes, however large, the curve is level and in the middle", () => {
  const one = session(doubled());
  for (const x of [0, 1e-300, 1e300]) {
    one.edit(0, x);
    const level = { ...one.computed, graph: { ...one.graph, forwardOrder: [], output: 0 } };
    const flat = /** @type {any} */ ({ ...level, start: Float64Array.from(one.computed.start) });
    flat.graph.inputs = one.graph.inputs;
    const ys = points(plotOf(flat, 1)?.curve ?? "").map(({ y }) => y);
    assert.deepEqual([...new Set(ys)], [HEIGHT / 2]);
  }
});

test("a pole is not drawn as a line from one end to the other", () => {
  const graph = logarithm();
  const [log, times] = [graph.rule(1), graph.rule(3)];
  graph.rule = (node) => (node === 1 ? { ...log, value: (x) => 1 / x } : times);
  const one = session(graph);
  one.edit(0, 0.011); // the pole is between two points
  const kinds = points(plotOf(one.computed, 0)?.curve ?? "").map(({ kind }) => kind);
  assert.equal(kinds.filter((kind) => kind === "M").length, 2);
});
