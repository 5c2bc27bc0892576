// @ts-check
// The pictures of a training at one of its epochs: what film and live page share.

/** @import { Rule } from "../../../../engine/explorer/page/model/graph.js" */
/** @import { Frame, Kind, Layer } from "../model/film.js" */
/** @import { Moment } from "../model/moment.js" */
/** @import { TapeContents } from "../model/tape.js" */

import { digits } from "../../../../engine/explorer/page/model/digits.js";
import { at, make } from "../../../../engine/explorer/page/screen/dom.js";
import { Answers } from "../model/answer.js";
import { columnsOf, nameOf } from "../model/columns.js";
import { frameAt, largest, said } from "../model/film.js";
import { fieldsOf, gridOf, planeOf } from "../model/plane.js";
import { Tape } from "../model/tape.js";
import { answerWords, showKey } from "../model/words.js";
import { epochAt, LossPicture } from "./curve.js";
import { DecisionPicture } from "./decision.js";
import { NetPicture } from "./network.js";
import { palette } from "./paint.js";
import { UnitPanel } from "./unit.js";

/**
 * @typedef {object} Training
 * @property {Kind} kind
 * @property {TapeContents} tape
 * @property {Layer[]} layers
 * @property {string[]} names  of the parameters
 * @property {number[][]} rows  that are drawn
 * @property {Frame[]} frames
 */

export class Viewer {
  /**
   * @param {Training} training
   * @param {Rule[]} rules
   * @param {Moment} moment
   */
  constructor(training, rules, moment) {
    this.training = training;
    this.moment = moment;
    this.isMoving = false;
    this.tape = new Tape(training.tape, rules);
    this.columns = columnsOf(training.layers);
    this.first = this.tape.leaves - training.names.length; // the place of the first parameter
    const weights = training.layers.flatMap((layer) => layer.weights.flat());
    this.weights = weights.map((place) => place - this.first);
    this.largestWeight = largest(training.frames, "parameters", this.weights);
    this.largestGradient = largest(training.frames, "gradients", this.weights);
    const { kind, rows, layers } = training;
    this.answers = new Answers(
      kind,
      rows.map((row) => row.slice(2)),
    );
    this.plane = planeOf(rows);
    this.decision = new DecisionPicture(at("field"), this.answers, this.plane, rows);
    this.net = new NetPicture(at("net"), layers, true);
    this.slopes = new NetPicture(at("slopes"), layers, false);
    this.curve = new LossPicture(at("loss"));
    this.unit = new UnitPanel(at("unit"));
    this.place = 0; // among the frames
    for (const id of ["net-panel", "slopes-panel"]) at(id).hidden = layers.length === 0;
    at("key").innerHTML = showKey(training);
    this.net.tell(
      (place) => `${this.nameAt(place)} = ${digits(this.frame.parameters[place - this.first])}`,
    );
    this.slopes.tell(
      (place) => `∂L/∂${this.nameAt(place)} = ${digits(this.frame.gradients[place - this.first])}`,
    );
  }

  get frame() {
    return this.training.frames[this.place];
  }

  get last() {
    return this.training.frames.length - 1;
  }

  /** @param {number} place  of a parameter */
  nameAt(place) {
    return this.training.names[place - this.first];
  }

  /** @param {Frame} frame  a new one, after the others */
  add(frame) {
    this.training.frames.push(frame);
    this.largestWeight = Math.max(this.largestWeight, largest([frame], "parameters", this.weights));
    this.largestGradient = Math.max(
      this.largestGradient,
      largest([frame], "gradients", this.weights),
    );
  }

  /** All that stands still while the epochs go by. */
  layOut() {
    this.colors = palette();
    this.decision.layOut(this.colors);
    if (this.training.layers.length) {
      this.net.layOut();
      this.slopes.layOut();
      at("bias-key").hidden = !this.slopes.hasNumbers;
    }
    this.layOutCurve();
  }

  layOutCurve() {
    const { frames } = this.training;
    at("loss-key").hidden = frames[0].held === undefined;
    this.curve.layOut(
      frames.map((frame) => frame.epoch),
      frames.map((frame) => frame.loss),
      frames.flatMap((frame) => frame.held ?? []),
      innerWidth > 760 ? undefined : 0.5,
    );
  }

  /** @param {number} place */
  show(place) {
    this.place = Math.max(0, Math.min(this.last, place));
    const { training, frame, tape, first } = this;
    this.moment.epoch = frame.epoch;
    tape.values.set(frame.parameters, first);
    const slider = at("epoch", HTMLInputElement);
    slider.max = String(this.last);
    slider.value = String(this.place);
    slider.setAttribute("aria-valuetext", said(frame));
    at("said").textContent = said(frame);
    this.drawFields();
    if (training.layers.length) {
      const gradient = (/** @type {number} */ place) => frame.gradients[place - first];
      this.net.showWeights((place) => tape.values[place], this.largestWeight);
      this.slopes.showGradients(gradient, this.largestGradient);
    }
    this.showUnit();
    this.curve.show(this.place);
    if (at("all", HTMLDetailsElement).open) this.writeNumbers();
  }

  /** @param {number} epoch */
  showEpoch(epoch) {
    this.show(frameAt(this.training.frames, epoch));
  }

  /** What the model and each neuron answer in the whole plane. */
  drawFields() {
    const { training, tape, moment, columns, plane, decision } = this;
    const colors = this.colors ?? palette();
    const shown = tape.results.slice(0, -1);
    const chosen = moment.neuron ? [columns[moment.neuron[0]][moment.neuron[1]]] : [];
    const places = [...new Set([...shown, ...this.net.drawn, ...chosen])];
    const grid = gridOf(tape.needed(places), this.isMoving);
    const fields = fieldsOf(tape, places, plane, grid);
    const field = (/** @type {number} */ place) => fields[places.indexOf(place)];
    if (training.layers.length) this.net.showFields(field, grid, colors);
    if (moment.neuron) {
      const [column, place] = moment.neuron;
      decision.showNeuron(field(columns[column][place]), grid, colors);
    } else {
      decision.showAnswers(shown.map(field), grid, colors);
    }
    const name = moment.neuron && nameOf(training.layers, ...moment.neuron);
    at("field-title").textContent = name ? `What ${name} sees` : "What the model answers";
    at("field-words").textContent = answerWords(training.kind, name);
    this.net.mark(moment.neuron?.join() ?? null);
  }

  /** The pass of one sample through the neuron that is looked at. */
  showUnit() {
    const { training, tape, moment, unit, net, decision } = this;
    const isShown = moment.neuron !== null && moment.neuron[0] > 0;
    at("unit").hidden = !isShown;
    decision.mark(isShown ? moment.sample % training.rows.length : null);
    if (!isShown || !moment.neuron) {
      net.highlight([], []);
      return;
    }
    moment.sample %= training.rows.length;
    tape.values.set(training.rows[moment.sample]);
    tape.forward();
    const step = unit.show(tape, training, moment);
    net.highlight(
      step.weights,
      step.neurons.map((neuron) => neuron.join()),
    );
  }

  /** @param {[column: number, place: number] | null} neuron  the same one again is let go */
  choose(neuron) {
    const isSame = neuron?.join() === this.moment.neuron?.join();
    this.moment.neuron = isSame ? null : neuron;
    this.moment.step = 0;
    this.show(this.place);
  }

  writeNumbers() {
    const { training, frame } = this;
    const rows = training.names.map((name, k) => [
      name,
      digits(frame.parameters[k]),
      digits(frame.gradients[k]),
    ]);
    fillTable(at("numbers", HTMLTableElement), [["", "value", "gradient"], ...rows]);
  }
}

/**
 * A table with a head.
 * @param {HTMLTableElement} table
 * @param {string[][]} rows
 */
function fillTable(table, rows) {
  const made = rows.map((cells, k) => {
    const row = make("tr");
    row.append(...cells.map((textContent) => make(k ? "td" : "th", { textContent })));
    return row;
  });
  table.replaceChildren(...made);
}

/**
 * What a reader does on the pictures, whatever they show.
 * @param {() => Viewer} viewer
 * @param {() => void} stop  what runs, as an epoch is asked for
 * @param {() => void} changed
 */
export function listenToPictures(viewer, stop, changed) {
  at("epoch", HTMLInputElement).addEventListener("input", () => {
    const place = Number(at("epoch", HTMLInputElement).value);
    stop();
    viewer().show(place);
    changed();
  });
  at("loss").addEventListener("click", (event) => {
    const { left, width } = at("loss").getBoundingClientRect();
    const { frames } = viewer().training;
    stop();
    viewer().showEpoch(epochAt(event.clientX - left, width, frames[frames.length - 1].epoch));
    changed();
  });
  at("panels").addEventListener("click", ({ target }) => {
    const hit =
      target instanceof Element && target.closest("[data-neuron], [data-sample], [data-go]");
    if (!hit) return;
    act(viewer(), /** @type {HTMLElement} */ (hit).dataset);
    changed();
  });
  at("all").addEventListener("toggle", () => viewer().writeNumbers());
  const again = () => {
    viewer().layOut();
    viewer().show(viewer().place);
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  window.addEventListener("resize", again);
  const print = (/** @type {boolean} */ isOnPaper) => {
    document.documentElement.classList.toggle("paper", isOnPaper);
    again();
  };
  window.addEventListener("beforeprint", () => print(true));
  window.addEventListener("afterprint", () => print(false));
}

/**
 * @param {Viewer} viewer
 * @param {DOMStringMap} data  of what was clicked
 */
function act(viewer, { neuron, sample, go }) {
  const { moment } = viewer;
  if (neuron) {
    const [column, place] = neuron.split(",").map(Number);
    viewer.choose([column, place]);
    return;
  }
  const count = viewer.training.rows.length;
  if (sample) moment.sample = Number(sample);
  else if (go === "sample-back") moment.sample = (moment.sample + count - 1) % count;
  else if (go === "sample-next") moment.sample = (moment.sample + 1) % count;
  else if (go === "close") {
    viewer.choose(moment.neuron);
    return;
  } else moment.step += go === "next" ? 1 : -1;
  viewer.showUnit();
}

/**
 * Space, arrows, Home and End; whether the key was one of them.
 * @param {KeyboardEvent} event
 * @param {Viewer} viewer
 * @param {{toggle: () => void, stop: () => void}} player
 */
export function onKey(event, viewer, { toggle, stop }) {
  const { target, key } = event;
  const isTaken = target instanceof Element && target.closest("button, summary, select, input");
  const isSlider = target instanceof HTMLInputElement && target.id === "epoch";
  const isPlay = target instanceof Element && target.id === "play";
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  if (isTaken && !isSlider && !isPlay && (key === " " || !target.closest("button, summary"))) {
    return false;
  }
  const moves = new Map([
    ["ArrowLeft", viewer.place - 1],
    ["ArrowRight", viewer.place + 1],
    ["Home", 0],
    ["End", viewer.last],
  ]);
  const move = moves.get(key);
  if (key === " ") toggle();
  else if (move !== undefined) {
    stop();
    viewer.show(move);
  } else return false;
  event.preventDefault();
  return true;
}
