// @ts-check
// Playing: a step every now and then, until the end or a question.

const PAUSE = 900; // milliseconds from step to step
const FIRST_PAUSE = 120;

/**
 * What is played.
 * @typedef {object} Played
 * @property {() => boolean} isOver  at the end, or waiting for an answer
 * @property {() => void} next
 * @property {() => number} speed
 * @property {(playing: boolean) => void} show
 */

export class Player {
  /** @param {Played} played */
  constructor(played) {
    this.played = played;
    /** @type {ReturnType<typeof setTimeout> | null} */
    this.timer = null;
  }

  get isPlaying() {
    return this.timer !== null;
  }

  play() {
    this.wait(FIRST_PAUSE);
    this.played.show(true);
  }

  pause() {
    clearTimeout(this.timer ?? undefined);
    this.timer = null;
    this.played.show(false);
  }

  /** @param {number} milliseconds */
  wait(milliseconds) {
    this.timer = setTimeout(() => this.tick(), milliseconds);
  }

  tick() {
    if (!this.played.isOver()) this.played.next();
    if (this.played.isOver()) this.pause();
    else this.wait(PAUSE / this.played.speed());
  }
}
