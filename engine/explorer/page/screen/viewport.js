// @ts-check
// The window on the picture: dragged, pinched, wheeled, fitted. A press is a click that was no drag.

/** @import { Camera, Card } from "../model/camera.js" */
/** @import { Sight } from "../model/look.js" */

import { cameraOf, fitted, panned, sightOf, withInSight, zoomed } from "../model/camera.js";

const STILL = 5; // pixels: what moves less is a click

/** @typedef {[x: number, y: number]} Point */

export class Viewport {
  /**
   * @param {HTMLElement} host
   * @param {HTMLElement} world  what is moved in it
   * @param {() => void} onSee  something else is seen
   */
  constructor(host, world, onSee) {
    this.host = host;
    this.world = world;
    this.onSee = onSee;
    this.isMoved = false; // by the reader
    this.travelled = 0; // since the pointer went down
    /** @type {Camera} */
    this.camera = { x: 0, y: 0, scale: 1 };
    /** @type {Element | null} */
    this.left = null; // what had the focus when the window lost it: it gets it back in its place
    this.listen();
  }

  get room() {
    return { width: this.host.clientWidth, height: this.host.clientHeight };
  }

  /** @param {Camera} camera */
  see(camera) {
    const { x, y, scale } = camera;
    this.camera = camera;
    this.world.style.transform = `scale(${scale}) translate(${-x}px, ${-y}px)`;
    this.onSee();
  }

  /** What a reader chose to see; null where the picture is as the page put it. */
  get sight() {
    return this.isMoved ? sightOf(this.camera, this.room) : null;
  }

  /** @param {Sight} sight */
  lookAt(sight) {
    this.isMoved = true;
    this.see(cameraOf(sight, this.room));
  }

  /**
   * @param {[number, number]} size
   * @param {{x: number, y: number}} first
   * @param {boolean} readable
   */
  fit(size, first, readable) {
    this.isMoved = false;
    this.see(fitted(size, this.room, first, readable));
  }

  /**
   * Larger, with the card where it is.
   * @param {number} factor
   * @param {{x: number, y: number}} card
   */
  enlarge(factor, { x, y }) {
    const { camera } = this;
    const point = /** @type {Point} */ ([x - camera.x, y - camera.y].map((d) => d * camera.scale));
    this.see(zoomed(camera, factor, point));
  }

  /**
   * @param {number} factor
   * @param {Point} point  in the window
   */
  zoom(factor, point = [this.room.width / 2, this.room.height / 2]) {
    this.isMoved = true;
    this.see(zoomed(this.camera, factor, point));
  }

  /** @param {Card} card */
  keepInSight(card) {
    const camera = withInSight(this.camera, this.room, card);
    if (camera !== this.camera) this.see(camera);
  }

  listen() {
    /** @type {Map<number, Point>} */
    const pointers = new Map();
    const { host } = this;
    host.addEventListener("pointerdown", (event) => {
      pointers.set(event.pointerId, [event.clientX, event.clientY]);
      this.travelled = 0;
    });
    addEventListener("pointermove", (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      /** @type {Point} */
      const now = [event.clientX, event.clientY];
      const other = [...pointers].find(([id]) => id !== event.pointerId);
      if (other) this.pinch(before, now, other[1]);
      else this.pan(now[0] - before[0], now[1] - before[1]);
      pointers.set(event.pointerId, now);
    });
    const release = (/** @type {PointerEvent} */ event) => {
      pointers.delete(event.pointerId);
      host.classList.remove("moving");
    };
    addEventListener("pointerup", release);
    addEventListener("pointercancel", release);
    host.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    for (const kind of ["focusin", "reach"]) {
      const follow = (/** @type {Event} */ event) =>
        this.follow(/** @type {Element} */ (event.target));
      host.addEventListener(kind, follow, true); // before the element says where it is
    }
    addEventListener("blur", () => {
      this.left = document.activeElement;
    });
  }

  /**
   * The camera goes along with the keyboard.
   * @param {Element} element  that has the focus, or the cell that is reached in it
   */
  follow(element) {
    const focused = element.closest(":focus-visible"); // a press stays where it is
    const isBack = focused !== null && focused === this.left;
    this.left = null;
    if (isBack || !focused || !element.matches(".card, .unit, .frame text, .mark")) return;
    this.host.scrollTo(0, 0);
    const { left, top, width, height } = element.getBoundingClientRect();
    const [x, y] = this.inWindow([left + width / 2, top + height / 2]);
    const { camera } = this;
    const { scale } = camera;
    const middle = { x: camera.x + x / scale, y: camera.y + y / scale };
    this.keepInSight({ ...middle, width: width / scale, height: height / scale });
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    if (window !== window.top && !event.ctrlKey) return; // a notebook scrolls
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 500), this.inWindow([event.clientX, event.clientY]));
  }

  /**
   * @param {number} dx
   * @param {number} dy
   */
  pan(dx, dy) {
    this.travelled += Math.hypot(dx, dy);
    if (this.travelled >= STILL) this.host.classList.add("moving");
    this.isMoved ||= this.travelled >= STILL;
    this.see(panned(this.camera, dx, dy));
  }

  /**
   * @param {Point} before
   * @param {Point} now
   * @param {Point} other
   */
  pinch(before, now, other) {
    const distance = (/** @type {Point} */ [x, y]) => Math.hypot(x - other[0], y - other[1]);
    this.travelled += STILL;
    this.zoom(distance(now) / Math.max(1, distance(before)), this.inWindow(other));
  }

  /**
   * @param {Point} point
   * @returns {Point}
   */
  inWindow([x, y]) {
    const { left, top } = this.host.getBoundingClientRect();
    return [x - left, y - top];
  }

  /**
   * Do this when the element is pressed, by a pointer or by Enter or Space.
   * @param {Element} element
   * @param {() => void} action
   */
  onPress(element, action) {
    element.addEventListener("click", () => {
      if (this.travelled < STILL) action();
    });
    element.addEventListener("keydown", (event) => {
      const { key } = /** @type {KeyboardEvent} */ (event);
      if (key !== "Enter" && key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      action();
    });
  }
}
