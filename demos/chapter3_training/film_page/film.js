// @ts-check
// The film's page: goes through the epochs, plays them, and draws each.

/** @import { Film, Frame, Neuron } from "./net.js" */

import { at } from "./canvas.js";
import { drawDecision } from "./decision.js";
import { drawLoss, epochAt } from "./loss.js";
import { largest, layersOf } from "./net.js";
import { drawGradients, drawWeights } from "./network.js";

class Page {
  /** @param {Film} film */
  constructor(film) {
    this.film = film;
    this.last = film.frames.length - 1;
    this.layers = layersOf(film.sizes);
    this.largestWeight = largest(film.frames, this.layers, "parameters");
    this.largestGradient = largest(film.frames, this.layers, "gradients");
    this.epoch = 0;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    this.slider = at("epoch", HTMLInputElement);
    this.slider.max = String(this.last);
  }

  /** @param {number} epoch */
  show(epoch) {
    this.epoch = Math.max(0, Math.min(this.last, epoch));
    const { film, layers } = this;
    const frame = film.frames[this.epoch];
    const percent = (100 * frame.accuracy).toFixed(0);
    const said = `epoch ${this.epoch}, loss ${frame.loss.toPrecision(3)}, accuracy ${percent} %`;
    this.slider.value = String(this.epoch);
    this.slider.setAttribute("aria-valuetext", said);
    at("said", HTMLOutputElement).textContent = said;
    drawDecision(film, layers, frame);
    drawWeights(layers, frame, this.largestWeight);
    drawGradients(layers, frame, this.largestGradient);
    drawLoss(film.frames, this.epoch);
    if (at("all", HTMLDetailsElement).open) writeNumbers(layers, frame);
  }

  /** @param {boolean} isPlaying */
  play(isPlaying) {
    clearInterval(this.timer);
    this.timer = undefined;
    if (isPlaying) {
      if (this.epoch === this.last) this.show(0);
      this.timer = setInterval(() => this.advance(), Math.max(40, 12000 / (this.last + 1)));
    }
    at("play", HTMLButtonElement).textContent = isPlaying ? "Stop" : "Play";
    at("play", HTMLButtonElement).setAttribute("aria-pressed", String(isPlaying));
  }

  advance() {
    this.show(this.epoch + 1);
    if (this.epoch === this.last) this.play(false);
  }

  toggle() {
    this.play(this.timer === undefined);
  }

  /** @param {number} epoch */
  goTo(epoch) {
    this.play(false);
    this.show(epoch);
  }
}

/**
 * Every parameter and its gradient, as a table.
 * @param {Neuron[][]} layers
 * @param {Frame} frame
 */
function writeNumbers(layers, frame) {
  const rows = [["", "value", "gradient"]];
  for (const [layer, neurons] of layers.entries()) {
    for (const [neuron, { weights, bias }] of neurons.entries()) {
      for (const [k, place] of [...weights, bias].entries()) {
        const name = k < weights.length ? `w${k + 1}` : "b";
        const numbers = [frame.parameters[place], frame.gradients[place]];
        rows.push([
          `layer ${layer + 1}, neuron ${neuron + 1}: ${name}`,
          ...numbers.map((number) => number.toPrecision(4)),
        ]);
      }
    }
  }
  at("numbers", HTMLTableElement).replaceChildren(
    ...rows.map((cells, k) => tableRow(cells, k ? "td" : "th")),
  );
}

/**
 * @param {string[]} cells
 * @param {string} kind
 */
function tableRow(cells, kind) {
  const row = document.createElement("tr");
  for (const text of cells) row.appendChild(document.createElement(kind)).textContent = text;
  return row;
}

/** @param {Page} page */
function listen(page) {
  const loss = at("loss", HTMLCanvasElement);
  page.slider.addEventListener("input", () => page.goTo(Number(page.slider.value)));
  at("play", HTMLButtonElement).addEventListener("click", () => page.toggle());
  loss.addEventListener("click", (event) => {
    const { left, width } = loss.getBoundingClientRect();
    page.goTo(epochAt(event.clientX - left, width, page.last));
  });
  document.addEventListener("keydown", (event) => onKey(event, page));
  const again = () => page.show(page.epoch);
  at("all", HTMLDetailsElement).addEventListener("toggle", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  window.addEventListener("resize", again);
}

/**
 * @param {KeyboardEvent} event
 * @param {Page} page
 */
function onKey(event, page) {
  const isOnSummary = event.target instanceof HTMLElement && event.target.matches("summary");
  if (event.ctrlKey || event.altKey || event.metaKey || isOnSummary) return;
  const { epoch, last } = page;
  const moves = new Map([
    ["ArrowLeft", epoch - 1],
    ["ArrowRight", epoch + 1],
    ["Home", 0],
    ["End", last],
  ]);
  const move = moves.get(event.key);
  if (event.key === " ") page.toggle();
  else if (move !== undefined) page.goTo(move);
  else return;
  event.preventDefault();
}

export function begin() {
  const page = new Page(JSON.parse(at("film", HTMLScriptElement).textContent));
  listen(page);
  page.show(0);
}
