// @ts-check
// What a reader has done so far, and what each control does to it.

/** @import { Descent } from "./descent.js" */
/** @import { Fault } from "./faults.js" */
/** @import { Graph } from "./graph.js" */
/** @import { Verdict } from "./guess.js" */
/** @import { Shown } from "./stories.js" */
/** @import { Question } from "./questions.js" */

import { Computation } from "./computation.js";
import { descent, downhill, FIRST_RATE, heldAtFirst } from "./descent.js";
import { judged } from "./guess.js";
import { History } from "./history.js";
import { Look } from "./look.js";
import { Moment } from "./moment.js";
import { WHOLE_NET } from "./net_story.js";
import { picked } from "./picking.js";
import { questionOf } from "./questions.js";
import { readNumber } from "./reading.js";
import { Sketch } from "./sketch.js";
import { stopsOf } from "./stops.js";
import { storyFor } from "./stories.js";

export class Session {
  /** @param {Graph} graph */
  constructor(graph) {
    this.graph = graph;
    this.position = 0; // so many steps have been made
    this.predicting = false; // each result is to be guessed first
    /** @type {Question | null} */
    this.question = null; // of this step
    /** @type {Verdict | null} */
    this.verdict = null;
    this.asked = 0;
    this.right = 0;
    this.history = new History();
    this.look = new Look();
    this.held = heldAtFirst(graph); // these leaves stay where they are when all go downhill
    this.rate = FIRST_RATE; // of a step downhill, as it is typed
    /** @type {Descent | null} */
    this.descent = null; // what the last step downhill did, until something else is changed
    /** @type {Fault | null} */
    this.fault = null; // of the backward pass, on purpose
    this.computed = this.computedFrom(graph.values);
    this.view = graph.data.view;
    this.isChosen = false; // the view, by the reader: else it is the one for the window
    this.sketch = new Sketch(graph, graph.views[this.view]);
    this.story = this.storyOf(WHOLE_NET);
    this.stops = this.stopsOfView();
  }

  get asking() {
    return this.question !== null;
  }

  /** What is on the screen; where the next node is asked for, still the step before. */
  get moment() {
    if (this.question?.kind === "layer") return this.momentAt(this.stops[this.stop - 1]);
    if (this.question?.kind === "which") return this.momentAt(this.position - 1);
    return this.momentAt(this.position, this.asking);
  }

  /** @param {number} position */
  momentAt(position, asking = false) {
    return new Moment(this.graph, this.computed, position, asking);
  }

  // Numbers

  /** @param {ArrayLike<number>} numbers */
  computedFrom(numbers) {
    return new Computation(this.graph, Float64Array.from(numbers), this.fault);
  }

  /**
   * @param {number} leaf
   * @param {number} number
   */
  edit(leaf, number) {
    const { start } = this.computed;
    const numbers = [...start];
    numbers[leaf] = number;
    this.history.note(start, leaf);
    this.set(numbers);
    if (this.position === 0) this.position = this.lastStop;
  }

  /** @param {ArrayLike<number>} numbers */
  set(numbers) {
    this.computed = this.computedFrom(numbers);
    this.question = null;
    this.descent = null;
  }

  reset() {
    this.history.note(this.computed.start);
    this.set(this.graph.values);
    this.go(0);
  }

  undo() {
    const numbers = this.history.undo(this.computed.start);
    if (numbers) this.set(numbers);
  }

  redo() {
    const numbers = this.history.redo(this.computed.start);
    if (numbers) this.set(numbers);
  }

  /**
   * All leaves that are not held at once; whether that could be done.
   * @param {number} rate
   */
  goDownhill(rate) {
    const before = this.computed;
    const numbers = downhill(before, this.held, rate);
    if (!numbers) return false;
    this.history.note(before.start);
    this.set(numbers);
    this.descent = descent(before, this.computed);
    if (this.position === 0) this.position = this.lastStop;
    return true;
  }

  /** @param {Fault | null} fault */
  chooseFault(fault) {
    if (fault === this.fault) return;
    this.fault = fault;
    this.set(this.computed.start);
    this.show(this.view, this.story?.shown);
  }

  // Steps

  /** @param {number} position */
  go(position, { ask = false } = {}) {
    this.position = position;
    this.verdict = null;
    this.question = ask ? this.questionAt(this.momentAt(position)) : null;
  }

  next() {
    if (this.asking) {
      this.reveal();
    } else if (!this.isAtEnd) {
      this.go(this.stops[this.stop + 1], { ask: this.predicting });
    }
  }

  back() {
    const isBetween = this.stops[this.stop] < this.position;
    this.go(isBetween ? this.stops[this.stop] : this.stops[Math.max(0, this.stop - 1)]);
  }

  /** The number of the last stop that has been reached. */
  get stop() {
    return this.stops.findLastIndex((stop) => stop <= this.position);
  }

  get lastStop() {
    return this.stops[this.stops.length - 1];
  }

  get isAtEnd() {
    return this.stop === this.stops.length - 1;
  }

  /**
   * Where a node gets its number; once it has it, where its gradient is complete. Null for a leaf
   * in the forward pass, which has had its number from the start.
   * @param {number} node
   */
  positionOf(node) {
    const { graph, position } = this;
    const place = graph.forwardPlace.get(node);
    if (position <= graph.forwardCount) {
      if (place === undefined) return null;
      if (position !== place + 1) return place + 1;
    }
    const last = this.computed.steps.findLastIndex((step) => step.input === node);
    return graph.forwardCount + last + 1;
  }

  // Predicting

  /** @param {Moment} moment */
  questionAt(moment) {
    return this.story ? this.story.question(moment) : questionOf(moment, this.sketch);
  }

  togglePredicting() {
    this.predicting = !this.predicting;
    this.question = null;
  }

  /**
   * Judge a guess. What is no number is not judged: why it is none, else "".
   * @param {string} text
   */
  guess(text) {
    const { question } = this;
    if (question?.kind === "which") return "Click the node.";
    const { number, why } = readNumber(text);
    if (number === null || !question) return why;
    this.score(judged(number, question, this.momentAt(this.position)));
    return "";
  }

  /**
   * Judge a click, where the next node is asked for.
   * @param {number} node
   */
  pick(node) {
    this.score(picked(node, this.momentAt(this.position)));
  }

  /** @param {Verdict} verdict */
  score(verdict) {
    this.asked += 1;
    if (verdict.right) this.right += 1;
    this.reveal(verdict);
  }

  /** @param {Verdict | null} verdict */
  reveal(verdict = null) {
    this.question = null;
    this.verdict = verdict;
  }

  // Boxes

  /**
   * @param {number} view
   * @param {Shown} shown  of a net
   */
  show(view, shown = WHOLE_NET) {
    if (view !== this.view) this.isChosen = true;
    this.view = view;
    this.graph.nameAsIn(this.graph.views[view]);
    this.sketch = new Sketch(this.graph, this.graph.views[view]);
    this.story = this.storyOf(shown);
    this.stops = this.stopsOfView();
  }

  /** @param {Shown} shown */
  storyOf(shown) {
    const view = this.graph.views[this.view];
    const Told = storyFor(view);
    return Told ? new Told(this.graph, shown, this.computed.steps, view) : null;
  }

  stopsOfView() {
    return this.story?.stops ?? stopsOf(this.graph, this.sketch, this.computed.steps);
  }

  /**
   * Show a box open; whether there is a picture of that.
   * @param {string} path
   */
  open(path) {
    const view = this.graph.views.findIndex((each) => each.path === path);
    if (view >= 0) this.show(view);
    return view >= 0;
  }

  /** @param {string} path */
  close(path) {
    const { views } = this.graph;
    const parts = path.split("/");
    const outer = parts.slice(0, -1).join("/");
    const isAlone = views[this.view].path !== "" && outer !== "";
    const view = views.findIndex((each) =>
      isAlone ? each.path === outer : each.path === "" && each.level === parts.length - 1,
    );
    this.show(view >= 0 ? view : this.graph.data.view);
  }
}
