// @ts-check
// Why a guess is wrong: the mistakes that people make, each with the number it leads to.

/** @import { Moment } from "./moment.js" */
/** @import { Question } from "./questions.js" */

import { pathsInto } from "./questions.js";
import { derivative } from "./words.js";
import { TEXT } from "./writing.js";

/** @typedef {[number: number, why: string]} Mistake */

/**
 * Within a hundredth.
 * @param {number} guess
 * @param {number} truth
 */
export const isClose = (guess, truth) =>
  Math.abs(guess - truth) <= Math.max(0.01 * Math.abs(truth), 5e-4);

/**
 * The first mistake that leads to this guess; "" where none is known.
 * @param {number} guess
 * @param {Question} question
 * @param {Moment} moment
 */
export function whyWrong(guess, question, moment) {
  const { truth } = question;
  /** @type {Mistake[]} */
  const mistakes = [
    [-truth, "The sign is the other one"],
    ...(MISTAKES[question.kind]?.(moment, question) ?? []),
    [10 * truth, "That is ten times too large"],
    [truth / 10, "That is ten times too small"],
    [2 * truth, "That is twice too large"],
    [truth / 2, "That is half of it"],
  ];
  const isMade = (/** @type {number} */ number) =>
    Number.isFinite(number) && !isClose(number, truth) && isClose(guess, number);
  return mistakes.find(([number]) => isMade(number))?.[1] ?? "";
}

/** @type {Record<string, (moment: Moment, question: Question) => Mistake[]>} */
const MISTAKES = {
  value({ graph, computed: { values }, forward }) {
    const inputs = graph.inputs[forward ?? 0];
    const alone = inputs.map((input) => [values[input], `That is ${graph.names[input]} alone`]);
    const [a, b] = inputs.map((input) => values[input]);
    const [first, second] = inputs.map((input) => graph.names[input]);
    const two = inputs.length === 2;
    return /** @type {Mistake[]} */ ([
      [two ? a + b : NaN, `That is ${first} + ${second}`],
      [two ? a * b : NaN, `That is ${first} · ${second}`],
      ...alone,
    ]);
  },

  partial({ graph, computed, forward }, { index, truth }) {
    const node = forward ?? 0;
    const input = graph.inputs[node][index];
    const others = graph.inputs[node].flatMap((other, k) =>
      k === index || graph.isConstant(other)
        ? []
        : [[computed.partials[node][k], `That is ${derivative(graph, node, other, TEXT)}`]],
    );
    return /** @type {Mistake[]} */ ([
      ...others,
      [computed.values[node], `That is ${graph.names[node]} itself, not its slope`],
      [computed.values[input], `That is ${graph.names[input]} itself, not a slope`],
      [1 / truth, "That is the other way up"],
    ]);
  },

  flow({ graph, computed, backward }) {
    if (!backward) return [];
    const { node, input, incoming, partial, after } = backward;
    return [
      [incoming, `That is what arrives at ${graph.names[node]}: the local derivative is forgotten`],
      [partial, "That is the local derivative alone: the gradient that arrives is forgotten"],
      [incoming + partial, "The two are multiplied, not added"],
      [incoming / partial, "The two are multiplied, not divided"],
      [after, `That is what ${graph.names[input]} has in all: only this path is asked for`],
      [computed.values[input], `That is the value of ${graph.names[input]}, not a gradient`],
      [computed.values[node], `That is the value of ${graph.names[node]}, not a gradient`],
    ];
  },

  sum(moment) {
    const { graph, computed, backward } = moment;
    if (!backward) return [];
    const paths = pathsInto(moment);
    const all = paths.reduce((sum, { contribution }) => sum + contribution, 0);
    const named = paths.map(({ node }) => graph.names[node]);
    return /** @type {Mistake[]} */ ([
      [backward.contribution, `That is the path from ${named[named.length - 1]} alone`],
      ...paths.map(({ contribution }, k) => [
        all - contribution,
        `The path from ${named[k]} is forgotten`,
      ]),
      ...paths.map(({ contribution }, k) => [
        contribution,
        `That is the path from ${named[k]} alone`,
      ]),
      [paths.reduce((product, { contribution }) => product * contribution, 1), "Paths add up"],
      [all / paths.length, "Paths add up: there is no mean to take"],
      [computed.values[backward.input], "That is its value, not its gradient"],
    ]);
  },
};
