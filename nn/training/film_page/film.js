// @ts-check
// The film's page: goes through the epochs, plays them, and draws each.

/** @import { Rule } from "../../../engine/explorer/page/model/graph.js" */
/** @import { FilmContents } from "./model/film.js" */
/** @import { Moment } from "./model/moment.js" */

import { digits } from "../../../engine/explorer/page/model/digits.js";
import { grouped } from "../../../engine/explorer/page/model/text.js";
import { at } from "../../../engine/explorer/page/screen/dom.js";
import { address, rememberSoon } from "../../../engine/explorer/page/screen/location.js";
import { Answers } from "./model/answer.js";
import { columnsOf, nameOf } from "./model/columns.js";
import { frameAt, largest, said } from "./model/film.js";
import { addressOf, momentOf } from "./model/moment.js";
import { fieldsOf, gridOf, planeOf } from "./model/plane.js";
import { Tape } from "./model/tape.js";
import { answerWords, lossWords, showKey } from "./model/words.js";
import { epochAt, LossPicture } from "./screen/curve.js";
import { DecisionPicture } from "./screen/decision.js";
import { NetPicture } from "./screen/network.js";
import { palette } from "./screen/paint.js";
import { fillTable, listenToSharing } from "./screen/share.js";

const LENGTH = 12_000; // milliseconds that the whole film takes
const SHORTEST = 40; // of one frame

class Page {
  /**
   * @param {FilmContents} film
   * @param {Rule[]} rules
   */
  constructor(film, rules) {
    this.film = film;
    this.tape = new Tape(film.tape, rules);
    this.columns = columnsOf(film.layers);
    this.first = this.tape.leaves - film.names.length; // the place of the first parameter
    const weights = film.layers.flatMap((layer) => layer.weights.flat());
    const places = weights.map((place) => place - this.first);
    this.largestWeight = largest(film.frames, "parameters", places);
    this.largestGradient = largest(film.frames, "gradients", places);
    this.answers = new Answers(
      film.kind,
      film.rows.map((row) => row.slice(2)),
    );
    this.plane = planeOf(film.rows);
    this.decision = new DecisionPicture(at("field"), this.answers, this.plane, film.rows);
    this.net = new NetPicture(at("net"), film.layers, true);
    this.slopes = new NetPicture(at("slopes"), film.layers, false);
    this.curve = new LossPicture(at("loss"));
    this.last = film.frames.length - 1;
    this.place = 0; // among the frames
    /** @type {Moment} */
    this.moment = { epoch: 0, speed: 1, neuron: null };
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.slider = at("epoch", HTMLInputElement);
    this.slider.max = String(this.last);
  }

  get frame() {
    return this.film.frames[this.place];
  }

  /** As the address says. */
  restore() {
    this.play(false);
    const sizes = this.columns.map((places) => places.length);
    this.moment = momentOf(address(), sizes);
    at("speed", HTMLSelectElement).value = String(this.moment.speed);
    this.layOut();
    this.show(frameAt(this.film.frames, this.moment.epoch));
  }

  /** All that stands still; then the frame, where there is one already. */
  layOut() {
    this.colors = palette();
    this.decision.layOut(this.colors);
    if (this.film.layers.length) {
      this.net.layOut();
      this.slopes.layOut();
      at("bias-key").hidden = !this.slopes.hasNumbers;
    }
    this.curve.layOut(
      this.film.frames.map((frame) => frame.epoch),
      this.film.frames.map((frame) => frame.loss),
      innerWidth > 760 ? undefined : 0.5,
    );
  }

  /** @param {number} place */
  show(place) {
    this.place = Math.max(0, Math.min(this.last, place));
    const { film, frame } = this;
    this.moment.epoch = frame.epoch;
    this.tape.values.set(frame.parameters, this.first);
    this.slider.value = String(this.place);
    this.slider.setAttribute("aria-valuetext", said(frame));
    at("said").textContent = said(frame);
    this.drawFields();
    if (film.layers.length) {
      const gradient = (/** @type {number} */ place) => frame.gradients[place - this.first];
      this.net.showWeights((place) => this.tape.values[place], this.largestWeight);
      this.slopes.showGradients(gradient, this.largestGradient);
    }
    this.curve.show(this.place);
    if (at("all", HTMLDetailsElement).open) this.writeNumbers();
    rememberSoon(() => addressOf(this.moment));
  }

  /** What the model and each neuron answer in the whole plane. */
  drawFields() {
    const { film, tape, moment, columns, plane, decision } = this;
    const colors = this.colors ?? palette();
    const shown = tape.results.slice(0, -1);
    const places = [...new Set([...shown, ...columns.flat()])];
    const grid = gridOf(tape.needed(places), this.timer !== undefined);
    const fields = fieldsOf(tape, places, plane, grid);
    const field = (/** @type {number} */ place) => fields[places.indexOf(place)];
    if (film.layers.length) this.net.showFields(field, grid, colors);
    if (moment.neuron) {
      const [column, place] = moment.neuron;
      decision.showNeuron(field(columns[column][place]), grid, colors);
    } else {
      decision.showAnswers(shown.map(field), grid, colors);
    }
    const name = moment.neuron && nameOf(film.layers, ...moment.neuron);
    at("field-title").textContent = name ? `What ${name} sees` : "What the model answers";
    at("field-words").textContent = answerWords(film.kind, name);
    this.net.mark(moment.neuron?.join() ?? null);
  }

  /** @param {[column: number, place: number] | null} neuron */
  choose(neuron) {
    const isSame = neuron?.join() === this.moment.neuron?.join();
    this.moment.neuron = isSame ? null : neuron;
    this.show(this.place);
  }

  /** @param {boolean} isPlaying */
  play(isPlaying) {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (isPlaying) {
      if (this.place === this.last) this.show(0);
      this.wait();
    }
    at("play").textContent = isPlaying ? "Stop" : "Play";
    at("play").setAttribute("aria-pressed", String(isPlaying));
  }

  wait() {
    const pause = Math.max(SHORTEST, LENGTH / (this.last + 1) / this.moment.speed);
    this.timer = setTimeout(() => this.advance(), pause);
  }

  /** At a speed for which a screen is too slow, several frames at once. */
  advance() {
    const pause = LENGTH / (this.last + 1) / this.moment.speed;
    this.show(this.place + Math.max(1, Math.round(SHORTEST / pause)));
    if (this.place < this.last) this.wait();
    else this.goTo(this.last);
  }

  /** @param {number} place */
  goTo(place) {
    this.play(false);
    this.show(place);
  }

  writeNumbers() {
    const { film, frame } = this;
    const rows = film.names.map((name, k) => [
      name,
      digits(frame.parameters[k]),
      digits(frame.gradients[k]),
    ]);
    const head = ["", "value", "gradient"];
    fillTable(at("numbers", HTMLTableElement), [head, ...rows]);
  }
}

/** @param {Page} page */
function listen(page) {
  page.slider.addEventListener("input", () => page.goTo(Number(page.slider.value)));
  at("play").addEventListener("click", () => page.play(page.timer === undefined));
  at("speed").addEventListener("change", () => {
    page.moment.speed = Number(at("speed", HTMLSelectElement).value);
    rememberSoon(() => addressOf(page.moment));
  });
  at("loss").addEventListener("click", (event) => {
    const { left, width } = at("loss").getBoundingClientRect();
    const { frames } = page.film;
    const epoch = epochAt(event.clientX - left, width, frames[page.last].epoch);
    page.goTo(frameAt(frames, epoch));
  });
  at("panels").addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("[data-neuron]");
    if (!(button instanceof HTMLElement)) return;
    const [column, place] = (button.dataset.neuron ?? "").split(",").map(Number);
    page.choose([column, place]);
  });
  const told = (/** @type {"parameters" | "gradients"} */ what) => (/** @type {number} */ place) =>
    `${what === "gradients" ? "∂L/∂" : ""}${page.film.names[place - page.first]} = ${digits(page.frame[what][place - page.first])}`;
  page.net.tell(told("parameters"));
  page.slopes.tell(told("gradients"));
  document.addEventListener("keydown", (event) => onKey(event, page));
  at("all").addEventListener("toggle", () => page.writeNumbers());
  const again = () => {
    page.layOut();
    page.show(page.place);
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  window.addEventListener("resize", again);
  window.addEventListener("hashchange", () => page.restore());
  listenToSharing({
    address: () => addressOf(page.moment),
    name: () => `film-epoch-${page.frame.epoch}`,
    words: () => `${page.film.model}: ${said(page.frame)}`,
  });
}

/**
 * @param {KeyboardEvent} event
 * @param {Page} page
 */
function onKey(event, page) {
  const isTaken =
    event.target instanceof Element && event.target.closest("summary, select, #panels");
  if (event.ctrlKey || event.altKey || event.metaKey || (isTaken && event.key === " ")) return;
  if (event.target instanceof HTMLSelectElement) return;
  const moves = new Map([
    ["ArrowLeft", page.place - 1],
    ["ArrowRight", page.place + 1],
    ["Home", 0],
    ["End", page.last],
  ]);
  const move = moves.get(event.key);
  if (event.key === " ") page.play(page.timer === undefined);
  else if (move !== undefined) page.goTo(move);
  else return;
  event.preventDefault();
}

/** @param {Rule[]} rules */
export function begin(rules) {
  /** @type {FilmContents} */
  const film = JSON.parse(at("data").textContent ?? "");
  at("model").textContent = film.model;
  at("samples").textContent = grouped(film.samples);
  at("loss-words").textContent = lossWords(film);
  at("key").innerHTML = showKey(film);
  for (const id of ["net-panel", "slopes-panel"]) at(id).hidden = film.layers.length === 0;
  const page = new Page(film, rules);
  listen(page);
  page.restore();
}
