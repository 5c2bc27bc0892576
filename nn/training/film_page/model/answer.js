// @ts-check
// What an output means: a class, a probability or a number, and the shade that shows it.

/** @import { Kind } from "./film.js" */

const SHADES = 6; // colours of classes before they come again

/**
 * From −1 to 1: how low or high; a class has one of its own instead.
 * @typedef {{shade: number, group: number | null}} Look
 */

export class Answers {
  /**
   * @param {Kind} kind
   * @param {number[][]} targets  of the samples
   */
  constructor(kind, targets) {
    this.kind = kind;
    const numbers = targets.map((target) => target[0]).filter((number) => number !== undefined);
    const [first = 0] = numbers;
    this.low = numbers.reduce((a, b) => Math.min(a, b), first);
    this.high = numbers.reduce((a, b) => Math.max(a, b), first);
    if (this.low === this.high) {
      this.low -= 1;
      this.high += 1;
    }
    this.groups = kind === "class" ? Answers.classesIn(targets) : 1;
  }

  /**
   * How many classes there are, as far as one sees.
   * @param {number[][]} targets
   */
  static classesIn(targets) {
    return 1 + targets.reduce((most, [number = 0]) => Math.max(most, number), 0);
  }

  /** Where the two classes meet: an output's number there; null where there is no such line. */
  get border() {
    return this.kind === "probability" ? 0.5 : this.kind === "sign" ? 0 : null;
  }

  /**
   * @param {number} output
   * @returns {number}  from −1 to 1
   */
  shadeOf(output) {
    if (this.kind === "probability") return 2 * output - 1;
    if (this.kind === "sign") return Math.max(-1, Math.min(1, output));
    const middle = (this.low + this.high) / 2;
    return Math.max(-1, Math.min(1, (output - middle) / (this.high - middle)));
  }

  /**
   * How a sample is drawn.
   * @param {number[]} target
   * @returns {Look}
   */
  lookOf(target) {
    if (this.kind === "class") return { shade: 1, group: target[0] };
    if (this.kind === "number") return { shade: this.shadeOf(target[0] ?? 0), group: null };
    const isHigh = target[0] > (this.border ?? 0);
    return { shade: isHigh ? 1 : -1, group: isHigh ? 1 : 0 };
  }

  /**
   * The likeliest of several classes, and how much likelier than by chance, from 0 to 1.
   * @param {number[]} probabilities
   */
  static likeliest(probabilities) {
    const most = Math.max(...probabilities);
    const chance = 1 / probabilities.length;
    return { group: probabilities.indexOf(most), strength: (most - chance) / (1 - chance) };
  }
}

/** @param {number} group */
export const colorName = (group) => `class-${group % SHADES}`;
