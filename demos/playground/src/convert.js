// @ts-check
// Formulas as a program in Python, which shows their graph.

/** @import { Part, Rule } from "./formula.js" */

/**
 * @param {string} text  formulas that can be computed
 * @param {Part[]} parts
 * @param {Record<string, Rule>} rules
 */
export function programOf(text, parts, rules) {
  const words = new Set(text.replace(/#.*/g, "").match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
  const names = new Set(parts.map(({ name }) => name));
  const free = [...words].filter((word) => !names.has(word));
  const functions = free.filter((word) => Object.hasOwn(rules, word)).sort();
  const constants = free.filter((word) => word === "pi" || word === "e").sort();
  const lines = text.trimEnd().split("\n");
  for (const { line, name, isLeaf } of parts) {
    if (isLeaf) lines[line - 1] = lines[line - 1].replace(/=\s*([^\s#]+)/, "= Value($1)");
    else if (line === lines.length && !name) lines[line - 1] = `output = ${lines[line - 1].trim()}`;
  }
  const last = parts.at(-1)?.name || "output";
  return [
    ...(constants.length ? [`from math import ${constants.join(", ")}`, ""] : []),
    `from engine import ${["Value", ...functions].join(", ")}`,
    "",
    ...lines,
    `${last}.backward()`,
    "",
  ].join("\n");
}
