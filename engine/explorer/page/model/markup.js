// @ts-check
// The HTML that shows a step: its arithmetic, and the tables under it.

/** @import { Computation } from "./computation.js" */
/** @import { Moment } from "./moment.js" */

import { digits } from "./digits.js";
import { DASH } from "./moment.js";
import { mathOf } from "./naming.js";
import { sampleName } from "./samples.js";
import { blockedWords, stepInWords } from "./sentences.js";
import { escaped } from "./text.js";
import { derivative, partialInNames } from "./words.js";
import { formula, MATH } from "./writing.js";

const MOST_ROWS = 10; // of a table
const START =
  "The leaves have their numbers. Step forward, and each operation computes its own; " +
  "then the gradients flow back.";

/** @param {Moment} moment */
export function arithmetic(moment) {
  if (moment.phase === "start") return START;
  if (moment.isBlocked) return escaped(blockedWords(moment));
  const [first, ...others] = stepInWords(moment, MATH).split(MATH.equals);
  const lines = others.map((part) => `<mrow>${MATH.equals}${part}</mrow>`); // may break before =
  return [first, ...lines].map(formula).join(" ");
}

/** @param {Moment} moment */
export function details(moment) {
  if (moment.phase === "start" || moment.isBlocked) return "";
  if (moment.forward !== null) return moment.asking ? "" : localDerivatives(moment, moment.forward);
  return chainRule(moment);
}

/**
 * @param {Moment} moment
 * @param {number} node
 */
function localDerivatives({ graph, computed }, node) {
  const rows = graph.inputs[node].flatMap((input, index) => {
    if (graph.isConstant(input)) return [];
    const own = derivative(graph, node, input, MATH);
    const written = partialInNames(graph, node, index, MATH);
    const partial = digits(computed.partials[node][index]);
    return [row(formula(own + MATH.equals + written), partial)];
  });
  const more = rows.length > MOST_ROWS ? [wideRow(`and ${rows.length - MOST_ROWS} more`)] : [];
  return table([...rows.slice(0, MOST_ROWS), ...more], "Local derivatives");
}

/** @param {Moment} moment */
function chainRule(moment) {
  const { graph, backward } = moment;
  if (!backward) return "";
  const { node, input, index, incoming, partial } = backward;
  if (index < 0) return "<p>The output changes as itself: its gradient is 1.</p>";
  const arrives = `${formula(derivative(graph, graph.output, node, MATH))} arrives`;
  const own = derivative(graph, node, input, MATH);
  const written = partialInNames(graph, node, index, MATH);
  const rows = [
    row(arrives, `<span class="g">${digits(incoming)}</span>`),
    row(formula(own + MATH.equals + written), digits(partial)),
  ];
  return table(rows) + contributions(moment, input);
}

/**
 * What comes into a node along its several paths, and the sum.
 * @param {Moment} moment
 * @param {number} input
 */
function contributions({ graph, computed, asking, made, soFar }, input) {
  const paths = [...computed.steps.entries()].filter(
    ([, step]) => step.input === input && step.index >= 0,
  );
  if (paths.length < 2) return "";
  const current = made - 1;
  const first = Math.max(0, paths.findIndex(([k]) => k === current) - MOST_ROWS + 2);
  const rows = paths.slice(first, first + MOST_ROWS).map(([k, step]) => {
    const isHidden = k > current || (k === current && asking);
    const product = `${digits(step.incoming)} · ${digits(step.partial)}`;
    const sum = `${product} = ${digits(step.contribution)}`;
    const sample = sampleName(graph, input) ? "" : sampleName(graph, step.node); // where they meet
    const from = `from ${formula(mathOf(graph.names[step.node]))}${sample && `, ${sample}`}`;
    return row(from, isHidden ? DASH : sum, k === current ? "active" : "");
  });
  if (paths.length > rows.length) rows.push(wideRow(`of ${paths.length} paths in all`));
  const isDone = current >= paths[paths.length - 1][0] && !asking;
  const total = asking ? "?" : digits(soFar.get(input) ?? 0);
  const sum = computed.fault === "overwrite" ? "the last" : "sum";
  rows.push(`<tr class="sum"><td>${isDone ? sum : "so far"}</td><td>${total}</td></tr>`);
  return table(
    rows,
    `Paths into ${formula(mathOf(graph.names[input]))} ${meeting(computed, input)}`,
  );
}

/**
 * What happens where paths meet.
 * @param {Computation} computed
 * @param {number} input
 */
function meeting({ graph, fault }, input) {
  if (fault === "overwrite") return "overwrite each other";
  const isOnTop = fault === "twice" && graph.isLeaf(input);
  return isOnTop ? "add up, on top of the first pass" : "add up";
}

// Tables

/**
 * @param {string[]} rows
 * @param {string} caption
 */
export const table = (rows, caption = "") =>
  `<table>${caption && `<caption>${caption}</caption>`}${rows.join("")}</table>`;

/** @param {string} text */
export const wideRow = (text) => `<tr><td colspan="2">${text}</td></tr>`;

/**
 * @param {string} head
 * @param {string} cell
 * @param {string} kind
 */
export const row = (head, cell, kind = "") =>
  `<tr${kind && ` class="${kind}"`}><th scope="row">${head}</th><td>${cell}</td></tr>`;
