// @ts-check
// A guess of a step's result, and what is said of it.

/** @import { Moment } from "./moment.js" */
/** @import { Question } from "./questions.js" */

import { digits } from "./digits.js";
import { isClose, whyWrong } from "./mistakes.js";

/** @typedef {{right: boolean, text: string}} Verdict */

/**
 * Right within a hundredth.
 * @param {number} guess
 * @param {Question} question
 * @param {Moment} moment
 * @returns {Verdict}
 */
export function judged(guess, question, moment) {
  const { truth, words } = question;
  if (isClose(guess, truth)) return { right: true, text: `Right: ${digits(truth)}.` };
  const off = `Off by ${digits(Math.abs(guess - truth))}`;
  return { right: false, text: `${whyWrong(guess, question, moment) || off}: ${words}.` };
}
