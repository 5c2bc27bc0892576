// @ts-check
// The film's page: goes through the epochs of a training that is over, and plays them.

/** @import { Rule } from "../../../engine/explorer/page/model/graph.js" */
/** @import { FilmContents } from "./model/film.js" */

import { grouped } from "../../../engine/explorer/page/model/text.js";
import { at } from "../../../engine/explorer/page/screen/dom.js";
import { address, rememberSoon } from "../../../engine/explorer/page/screen/location.js";
import { said } from "./model/film.js";
import { addressOf, momentOf, pace } from "./model/moment.js";
import { lossWords } from "./model/words.js";
import { listenToSharing } from "./screen/share.js";
import { listenToPictures, onKey, Viewer } from "./screen/viewer.js";

class Player {
  /** @param {Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** As the address says. */
  restore() {
    const { viewer } = this;
    this.play(false);
    const sizes = viewer.columns.map((places) => places.length);
    Object.assign(viewer.moment, momentOf(address(), sizes));
    at("speed", HTMLSelectElement).value = String(viewer.moment.speed);
    viewer.layOut();
    viewer.showEpoch(viewer.moment.epoch);
  }

  /** @param {boolean} isPlaying */
  play(isPlaying) {
    const { viewer } = this;
    clearTimeout(this.timer);
    this.timer = undefined;
    viewer.isMoving = isPlaying;
    if (isPlaying) {
      if (viewer.place === viewer.last) viewer.show(0);
      this.wait();
    }
    at("play").textContent = isPlaying ? "Stop" : "Play";
    at("play").setAttribute("aria-pressed", String(isPlaying));
  }

  toggle() {
    const isPlaying = this.timer !== undefined;
    this.play(!isPlaying);
    if (isPlaying) this.viewer.show(this.viewer.place); // finer, as it stands still
  }

  get pace() {
    return pace(this.viewer.last + 1, this.viewer.moment.speed);
  }

  wait() {
    this.timer = setTimeout(() => this.advance(), this.pace.pause);
  }

  advance() {
    const { viewer } = this;
    viewer.show(viewer.place + this.pace.frames);
    if (viewer.place < viewer.last) {
      this.wait();
    } else {
      this.play(false);
      viewer.show(viewer.last);
    }
    this.remember();
  }

  remember() {
    rememberSoon(() => addressOf(this.viewer.moment));
  }
}

/** @param {Player} player */
function listen(player) {
  const { viewer } = player;
  const remember = () => player.remember();
  const stop = () => player.play(false);
  const toggle = () => player.toggle();
  listenToPictures(() => viewer, stop, remember);
  at("play").addEventListener("click", toggle);
  at("speed").addEventListener("change", () => {
    viewer.moment.speed = Number(at("speed", HTMLSelectElement).value);
    remember();
  });
  document.addEventListener("keydown", (event) => {
    if (onKey(event, viewer, { toggle, stop })) remember();
  });
  window.addEventListener("hashchange", () => player.restore());
  listenToSharing({
    address: () => addressOf(viewer.moment),
    name: () => `film-epoch-${viewer.frame.epoch}`,
    words: () => `${at("model").textContent}: ${said(viewer.frame)}`,
  });
}

/** @param {Rule[]} rules */
export function begin(rules) {
  /** @type {FilmContents} */
  const film = JSON.parse(at("data").textContent ?? "");
  at("model").textContent = film.model;
  at("samples").textContent = grouped(film.samples);
  at("loss-words").textContent = lossWords(film);
  const viewer = new Viewer(film, rules, momentOf("", []));
  const player = new Player(viewer);
  listen(player);
  player.restore();
}
