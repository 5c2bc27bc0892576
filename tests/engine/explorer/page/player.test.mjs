// @ts-check
// Playing steps through a session and stops by itself.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Player } from "../../../../engine/explorer/page/screen/player.js";
import { session } from "./graphs.mjs";

/** @param {ReturnType<typeof session>} one */
function playerOf(one, speed = 1) {
  /** @type {boolean[]} */
  const shown = [];
  const player = new Player({
    isOver: () => one.isAtEnd || one.asking,
    next: () => one.next(),
    speed: () => speed,
    show: (playing) => shown.push(playing),
  });
  return { player, shown };
}

test("it plays to the end, a step at a time, and stops", (context) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  context.after(() => mock.timers.reset());
  const one = session();
  const { player, shown } = playerOf(one, 2);
  player.play();
  assert.ok(player.isPlaying);
  mock.timers.tick(120);
  assert.equal(one.position, 1);
  mock.timers.tick(449);
  assert.equal(one.position, 1);
  mock.timers.tick(1);
  assert.equal(one.position, 2);
  for (let k = 0; k < one.graph.stepCount; k++) mock.timers.tick(450);
  assert.ok(one.isAtEnd && !player.isPlaying);
  assert.deepEqual(shown, [true, false]);
});

test("a question stops it", (context) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  context.after(() => mock.timers.reset());
  const one = session();
  one.togglePredicting();
  const { player } = playerOf(one);
  player.play();
  for (let k = 0; k < 5; k++) mock.timers.tick(900);
  assert.equal(one.position, 1);
  assert.ok(one.asking && !player.isPlaying);
});

test("it answers no question by itself", (context) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  context.after(() => mock.timers.reset());
  const one = session();
  one.togglePredicting();
  one.next();
  playerOf(one).player.play();
  mock.timers.tick(120);
  assert.ok(one.asking);
});

test("paused, it takes no further step", (context) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  context.after(() => mock.timers.reset());
  const one = session();
  const { player } = playerOf(one);
  player.play();
  mock.timers.tick(120);
  player.pause();
  for (let k = 0; k < 5; k++) mock.timers.tick(900);
  assert.equal(one.position, 1);
});
