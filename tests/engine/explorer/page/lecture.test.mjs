// @ts-check
// Each note is shown once on the way, also where its step passes unseen in a closed box.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  marksOf,
  nextNote,
  noteCount,
  notesNow,
} from "../../../../engine/explorer/page/model/lecture.js";
import { boxed, manyPaths, session } from "./graphs.mjs";

/** @param {number[]} steps */
function lecture(steps) {
  const graph = boxed();
  graph.data.notes = steps.map((step) => [step, `<p>${step}</p>`]);
  return session(graph);
}

test("in every view, each step's note is shown at just one stop", () => {
  const one = lecture([...Array(boxed().stepCount + 1).keys()]);
  for (const view of one.graph.views.keys()) {
    one.show(view);
    const seen = one.stops.flatMap((stop) => {
      one.go(stop);
      return notesNow(one).map(([step]) => step);
    });
    assert.deepEqual(
      seen,
      one.graph.data.notes.map(([step]) => step),
    );
  }
});

test("between two stops, the note of the step itself is shown", () => {
  const one = lecture([1, 2]);
  one.show(0);
  assert.ok(!one.stops.includes(1));
  one.go(1);
  assert.deepEqual(
    notesNow(one).map(([step]) => step),
    [1],
  );
});

test("the next note is found from anywhere, and the first after the last", () => {
  const one = lecture([2, 5]);
  const found = [0, 1, 2, 4, 5, 9].map((position) => {
    one.go(position);
    return nextNote(one);
  });
  assert.deepEqual(found, [2, 2, 5, 5, 2, 2]);
  one.go(5);
  assert.equal(noteCount(one), "Note 2 of 2");
  one.go(3);
  assert.equal(noteCount(one), "2 notes");
});

test("marks stand where the slider's thumb will be", () => {
  const one = lecture([0, 3, boxed().stepCount]);
  const { backward, notes } = marksOf(one);
  assert.deepEqual(notes, [0, 3 / one.graph.stepCount, 1]);
  assert.equal(backward, (one.graph.forwardCount + 0.5) / one.graph.stepCount);
});

test("a leaf alone has no forward pass", () => {
  assert.equal(marksOf(session(manyPaths(1))).backward, 0);
});
