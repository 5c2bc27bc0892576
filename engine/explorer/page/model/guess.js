// @ts-check
// A guess of a step's result, and what is said of it.

/** @import { Moment } from "./moment.js" */

import { digits } from "./digits.js";
import { stepInWords } from "./sentences.js";
import { TEXT } from "./writing.js";

/** @typedef {{right: boolean, text: string}} Verdict */

/**
 * Right within a hundredth; null for what is no number.
 * @param {string} text
 * @param {Moment} moment
 * @returns {Verdict | null}
 */
export function judged(text, moment) {
  const plain = text.trim().replaceAll("−", "-").replace(",", ".");
  const guess = Number(plain);
  if (plain === "" || !Number.isFinite(guess)) return null;
  const truth = moment.result;
  const off = Math.abs(guess - truth);
  if (off <= Math.max(0.01 * Math.abs(truth), 5e-4)) {
    return { right: true, text: `Right: ${digits(truth)}.` };
  }
  return { right: false, text: `Off by ${digits(off)}: ${stepInWords(moment, TEXT, true)}.` };
}
