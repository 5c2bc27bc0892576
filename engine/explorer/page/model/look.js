// @ts-check
// How a reader looks at the page: what changes no number and no step, and is kept in the address.

/** @typedef {{x: number, y: number, scale: number}} Sight  the middle of what is seen, and the scale */

export const TEXT_SIZES = [1, 1.15, 1.3, 1.5];

export class Look {
  constructor() {
    /** @type {boolean | null} */
    this.dark = null; // null: as the system has it
    this.speed = 1;
    this.text = 1; // the size of the type, beside what the page begins with
    /** @type {Sight | null} */
    this.sight = null; // null: the picture is where the page puts it
  }

  /** The next larger type; after the largest, the first again. */
  enlarge() {
    this.text = TEXT_SIZES[(TEXT_SIZES.indexOf(this.text) + 1) % TEXT_SIZES.length];
  }
}
