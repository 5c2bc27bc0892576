// @ts-check
// What stands beside the pictures.

/** @import { Frame, Kind } from "./film.js" */

import { digits } from "../../../../engine/explorer/page/model/digits.js";
import { escaped } from "../../../../engine/explorer/page/model/text.js";
import { Answers, colorName } from "./answer.js";

const ANSWERS = {
  probability: "The probability of class 1 at every place; the line is where it is ½.",
  sign: "Its output at every place, from −1 to 1; the line is where it is 0.",
  class: "The likeliest class at every place, paler where it is less sure.",
  number: "The number that it answers at every place.",
};

/**
 * @param {Kind} kind
 * @param {string | null} neuron
 */
export const answerWords = (kind, neuron) =>
  neuron
    ? "Its own output: purple is below 0, gold above. Click it again to go back."
    : ANSWERS[kind];

/** @param {{loss: string, frames: Frame[]}} film */
export function lossWords({ loss, frames }) {
  const name = loss.replaceAll("_", " ").replace("cross entropy", "cross-entropy");
  const scale = frames.every((frame) => frame.loss > 0) ? ", on a logarithmic scale" : "";
  return `Mean ${name.replace(/^mean /, "")} of all samples${scale}. Click to go to an epoch.`;
}

/**
 * The key to the samples, as HTML.
 * @param {{kind: Kind, rows: number[][]}} film
 */
export function showKey({ kind, rows }) {
  const targets = rows.map((row) => row.slice(2));
  if (kind === "number") {
    const { low, high } = new Answers(kind, targets);
    return `<span>${digits(low)}<i class="ramp"></i>${digits(high)}</span>`;
  }
  const count = kind === "class" ? Answers.classesIn(targets) : 2;
  const first = kind === "sign" ? -1 : 0;
  return Array.from({ length: count }, (_, k) => {
    const name = kind === "sign" ? (k ? "1" : "−1") : String(first + k);
    return `<span><i class="shape-${k % 6}" style="background:var(--${colorName(k)})"></i>class ${escaped(name)}</span>`;
  }).join("");
}
