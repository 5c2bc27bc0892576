// @ts-check
// The live page: chooses data and a net, trains it epoch by epoch, and keeps every one.

/** @import { Rule } from "../../../engine/explorer/page/model/graph.js" */
/** @import { Parts } from "./model/build.js" */
/** @import { Config } from "./model/config.js" */
/** @import { Moment } from "./model/moment.js" */
/** @import { Training } from "./screen/viewer.js" */

import { netName } from "../../../engine/explorer/page/model/net_names.js";
import { at } from "../../../engine/explorer/page/screen/dom.js";
import { address, rememberSoon } from "../../../engine/explorer/page/screen/location.js";
import { buildNet, FIRST, sizesOf } from "./model/build.js";
import { configAddress, configOf, inPython, SAMPLES, shapeOf } from "./model/config.js";
import { DATA, makeRows } from "./model/data.js";
import { said } from "./model/film.js";
import { addressOf, momentOf } from "./model/moment.js";
import { Random } from "./model/random.js";
import { frameOf, startingParameters, trainEpoch } from "./model/training.js";
import { lossWords } from "./model/words.js";
import { listenToControls, showControls } from "./screen/chooser.js";
import { listenToSharing } from "./screen/share.js";
import { listenToPictures, onKey, Viewer } from "./screen/viewer.js";

const [DATA_SEED, ORDER_SEED] = [1 << 20, 1 << 21]; // beside that of the weights
const MOST_FRAMES = 1200; // then every second one is forgotten
const LONGEST = 10_000; // epochs that an address may ask for
const TURN = 30; // milliseconds of catching up between two looks at the screen

/** @typedef {{parts: Parts, halving: string[]}} Given */

class Live {
  /**
   * @param {Given} given
   * @param {Rule[]} rules
   */
  constructor(given, rules) {
    this.given = given;
    this.rules = rules;
    this.features = Object.keys(given.parts.features);
    this.activations = Object.keys(given.parts.activations);
    this.config = configOf("", this);
    /** @type {number[][]} */
    this.rows = [];
    /** @type {number[][]} */
    this.others = []; // as many that are held out
    this.random = new Random(0);
    this.epoch = 0;
    this.unfinished = "";
    /** @type {number[]} */
    this.newest = []; // parameters, whatever epoch is looked at
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.viewer = this.prepared(momentOf("", []));
  }

  /**
   * A new net and its samples, before the first epoch.
   * @param {Moment} moment
   */
  prepared(moment) {
    const { config, given, rules } = this;
    const shape = shapeOf(config);
    const isOfClasses = DATA[config.data].isOfClasses;
    const source = new Random(config.seed + DATA_SEED);
    this.rows = makeRows(config.data, SAMPLES, config.noise, source);
    this.others = makeRows(config.data, SAMPLES, config.noise, source);
    this.random = new Random(config.seed + ORDER_SEED);
    this.epoch = 0;
    this.unfinished = "";
    /** @type {Training} */
    const training = {
      kind: isOfClasses ? "probability" : "number",
      ...buildNet(shape, given.parts),
      names: namesOf(sizesOf(shape)),
      rows: this.rows,
      frames: [],
    };
    const viewer = new Viewer(training, rules, moment);
    this.newest = startingParameters(shape, given.halving, config.seed);
    viewer.tape.values.set(this.newest, FIRST);
    viewer.add(frameOf(viewer.tape, this.rows, { epoch: 0, isOfClasses, others: this.others }));
    at("loss-words").textContent = lossWords({ loss: shape.loss, frames: training.frames });
    at("python").textContent = inPython(config);
    return viewer;
  }

  /** As the address says: trained as far as it asks for. */
  restore() {
    this.run(false);
    this.config = configOf(address(), this);
    const sizes = sizesOf(shapeOf(this.config));
    const moment = momentOf(address(), sizes);
    const { epoch } = moment;
    this.begin(moment);
    this.catchUp(Math.min(epoch, LONGEST));
  }

  /** @param {Moment} moment */
  begin(moment) {
    this.viewer = this.prepared(moment);
    showControls(this.config, this);
    this.trouble("");
    this.viewer.layOut();
    this.viewer.show(0);
  }

  /** @param {number} epoch */
  catchUp(epoch) {
    const end = performance.now() + TURN;
    while (this.epoch < epoch && performance.now() < end && this.advance());
    if (this.epoch < epoch && !this.unfinished) {
      at("said").textContent = `training: epoch ${this.epoch} of ${epoch}`;
      this.timer = setTimeout(() => this.catchUp(epoch), 0);
      return;
    }
    this.timer = undefined;
    this.viewer.layOutCurve();
    this.viewer.show(this.viewer.last);
  }

  /**
   * Another choice: everything starts over, and runs on if it ran.
   * @param {Partial<Config>} change
   */
  choose(change) {
    const isRunning = this.timer !== undefined;
    this.run(false);
    this.config = { ...this.config, ...change };
    const sizes = sizesOf(shapeOf(this.config));
    const { neuron } = this.viewer.moment;
    const isThere = neuron && neuron[1] < (sizes[neuron[0]] ?? 0);
    this.begin({ ...this.viewer.moment, neuron: isThere ? neuron : null, step: 0 });
    if (isRunning) this.run(true);
    this.remember();
  }

  /** One epoch; whether the loss is still a number. */
  advance() {
    const { viewer, config } = this;
    const { tape } = viewer;
    const { rows } = this;
    tape.values.set(this.newest, FIRST);
    const order = this.random.order(rows.length);
    trainEpoch(tape, rows, { order, batch: config.batch, rate: config.rate });
    const epoch = this.epoch + 1;
    const { isOfClasses } = DATA[config.data];
    const frame = frameOf(tape, rows, { epoch, isOfClasses, others: this.others });
    if (![frame.loss, ...frame.parameters, ...frame.gradients].every(Number.isFinite)) {
      this.unfinished = `In epoch ${epoch} the loss grew beyond every number. A smaller learning rate may help.`;
      this.trouble(this.unfinished);
      return false;
    }
    this.epoch = epoch;
    this.newest = frame.parameters;
    viewer.add(frame);
    const { frames } = viewer.training;
    if (frames.length > MOST_FRAMES) {
      viewer.training.frames = frames.filter((_, k) => k % 2 === 0 || k === frames.length - 1);
    }
    return true;
  }

  /** One epoch more than there are, wherever the slider is; and the picture of it. */
  step() {
    const isFine = this.advance();
    this.viewer.layOutCurve();
    this.viewer.show(this.viewer.last);
    this.remember();
    return isFine;
  }

  /** @param {boolean} isRunning */
  run(isRunning) {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.viewer.isMoving = isRunning;
    if (isRunning) this.tick();
    at("play").textContent = isRunning ? "Stop" : "Run";
    at("play").setAttribute("aria-pressed", String(isRunning));
  }

  tick() {
    this.timer = setTimeout(() => {
      if (this.step()) this.tick();
      else this.run(false);
    }, 0);
  }

  toggle() {
    const isRunning = this.timer !== undefined;
    this.run(!isRunning);
    if (isRunning) this.viewer.show(this.viewer.place); // finer, as it stands still
  }

  /** @param {string} words */
  trouble(words) {
    at("trouble").textContent = words;
    at("trouble").hidden = !words;
  }

  get address() {
    const parts = [configAddress(this.config, this.features), addressOf(this.viewer.moment)];
    return parts.filter(Boolean).join("&");
  }

  remember() {
    rememberSoon(() => this.address);
  }
}

/**
 * In the order of the parameters: neuron by neuron, the weights before the bias.
 * @param {number[]} sizes
 */
const namesOf = (sizes) =>
  sizes
    .slice(1)
    .flatMap((size, k) =>
      Array.from({ length: size }, (_, j) => [
        ...Array.from({ length: sizes[k] }, (_, i) => netName("w", k + 1, j + 1, i + 1)),
        netName("b", k + 1, j + 1),
      ]).flat(),
    );

/** @param {Live} live */
function listen(live) {
  const remember = () => live.remember();
  const stop = () => live.run(false);
  const toggle = () => live.toggle();
  listenToPictures(() => live.viewer, stop, remember);
  listenToControls(live);
  at("play").addEventListener("click", toggle);
  at("step").addEventListener("click", () => {
    stop();
    live.step();
  });
  at("again").addEventListener("click", () => live.choose({}));
  document.addEventListener("keydown", (event) => {
    if (onKey(event, live.viewer, { toggle, stop })) remember();
  });
  window.addEventListener("hashchange", () => live.restore());
  listenToSharing({
    address: () => live.address,
    name: () => `net-epoch-${live.viewer.frame.epoch}`,
    words: () => `${DATA[live.config.data].title}: ${said(live.viewer.frame)}`,
  });
}

/** @param {Rule[]} rules */
export function begin(rules) {
  const live = new Live(JSON.parse(at("data").textContent ?? ""), rules);
  listen(live);
  live.restore();
}
