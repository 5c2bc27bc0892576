// @ts-check
// Edits undone and done again: the leaves' numbers before each edit, and after those taken back.

/** @typedef {ArrayLike<number>} Numbers */

export class History {
  constructor() {
    /** @type {Numbers[]} */
    this.past = [];
    /** @type {Numbers[]} */
    this.future = [];
    /** @type {number | null} */
    this.gesture = null; // the leaf that is being edited: all of one drag is one edit
  }

  /**
   * An edit begins, or goes on.
   * @param {Numbers} before
   * @param {number | null} leaf  null: of several leaves at once
   */
  note(before, leaf = null) {
    if (leaf === null || leaf !== this.gesture) this.past.push(before);
    this.gesture = leaf;
    this.future = [];
  }

  /** The field or slider was let go. */
  seal() {
    this.gesture = null;
  }

  /**
   * The numbers before the last edit.
   * @param {Numbers} now
   */
  undo(now) {
    return this.moved(this.past, this.future, now);
  }

  /**
   * The numbers before the last undo.
   * @param {Numbers} now
   */
  redo(now) {
    return this.moved(this.future, this.past, now);
  }

  /**
   * @param {Numbers[]} from
   * @param {Numbers[]} to
   * @param {Numbers} now
   */
  moved(from, to, now) {
    this.seal();
    const numbers = from.pop();
    if (numbers) to.push(now);
    return numbers;
  }
}
