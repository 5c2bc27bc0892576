// @ts-check
// Why an operation has no result, as Python's engine says it.

/** @import { Graph } from "./graph.js" */

import { digits } from "./digits.js";
import { operationInNames } from "./words.js";
import { TEXT } from "./writing.js";

/**
 * @param {Graph} graph
 * @param {number} node
 * @param {number[]} numbers  of its inputs
 */
export function refusal(graph, node, numbers) {
  const rule = graph.rule(node);
  const inputs = graph.inputs[node];
  const call = operationInNames(graph, node, TEXT);
  const given = numbers.map((number, k) => `${graph.names[inputs[k]]} = ${digits(number)}`);
  for (const [k, number] of numbers.entries()) {
    const domain = rule.domain[k];
    if (domain && !domain.intervals.some(([low, high]) => low < number && number < high)) {
      const stated = domain.text.replace("{}", rule.names[k]);
      return `${call}: ${given[k]} is outside ${rule.name}'s domain ${stated}`;
    }
  }
  const all = given.filter((_, k) => !graph.isConstant(inputs[k])).join(", ");
  if (rule.condition && !rule.condition.holds(...numbers)) {
    return `${call}: ${all} is outside ${rule.name}'s domain ${rule.condition.text}`;
  }
  return `${call}: ${all} gives a number too large for a float`;
}
