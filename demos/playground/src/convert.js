// @ts-check
// Formulas as a program in Python, and a number of theirs replaced.

/** @import { Table } from "./formula.js" */

import { LINE, NUMBER, TYPESET } from "./formula.js";

const NAME = /(?<![\p{N}.])[\p{L}_][\p{L}\p{N}_]*/gu; // not the e of 1e-3

/**
 * A program that shows the graph of the last formula.
 * @param {string} text  formulas that can be computed
 * @param {Pick<Table, "RULES" | "VECTORS">} table
 */
export function programOf(text, { RULES, VECTORS }) {
  const functions = new Set(Object.keys(RULES).map((key) => key.split("/")[0]));
  functions.delete("pow"); // Python's own is **, which takes an x < 0 to the power 3
  const [own, used] = [new Set([""]), new Set([""])];
  let last = "";
  const lines = text.trimEnd().split("\n");
  const written = lines.map((line, index) => {
    const [code, comment] = split(line);
    const statements = code.split(";").filter((statement) => statement.trim());
    const program = statements.map((statement, place) => {
      const [, name = "", formula = ""] = LINE.exec(statement) ?? [];
      const isLast = index === lines.length - 1 && place === statements.length - 1;
      last = name || (isLast ? "output" : "");
      const expression = NUMBER.test(formula) && name ? `Value(${formula})` : spelled(formula);
      for (const word of expression.match(NAME) ?? []) if (!own.has(word)) used.add(word);
      own.add(last);
      return last ? `${last} = ${expression}` : expression;
    });
    return program.join("; ") + comment;
  });
  const constants = [...used].filter((word) => word === "pi" || word === "e").sort();
  const imported = [...used].filter((word) => functions.has(word)).sort();
  return [
    ...(constants.length ? [`from math import ${constants.join(", ")}`, ""] : []),
    `from engine import ${["Value", ...imported].join(", ")}`,
    "",
    ...written,
    `${last}.backward()`,
    "",
  ].join("\n");

  /** @param {string} formula */
  function spelled(formula) {
    const plain = formula.replace(/[·×−]/g, (sign) => TYPESET[sign]).replaceAll("π", "pi");
    return withLists(plain, VECTORS);
  }
}

/**
 * A line of formulas in which a name has another number.
 * @param {string} line
 * @param {string} name
 * @param {string} number
 */
export function withNumber(line, name, number) {
  const [code, comment] = split(line);
  const statements = code.split(";").map((statement) => {
    const [, found, formula] = LINE.exec(statement) ?? [];
    if (found?.normalize("NFKC") !== name) return statement;
    const place = statement.lastIndexOf(formula);
    return statement.slice(0, place) + number + statement.slice(place + formula.length);
  });
  return statements.join(";") + comment;
}

/**
 * The formulas of a line, and what follows them.
 * @param {string} line
 */
function split(line) {
  const comment = /\s*#.*$/.exec(line)?.[0] ?? "";
  return [line.slice(0, line.length - comment.length), comment];
}

/**
 * The functions of many numbers as Python has them: dot(a, b, c, d) is dot([a, b], [c, d]).
 * @param {string} formula
 * @param {Record<string, number>} vectors
 * @returns {string}
 */
function withLists(formula, vectors) {
  for (const { 0: call, 1: name, index } of formula.matchAll(/([\p{L}_][\p{L}\p{N}_]*)\s*\(/gu)) {
    if (!Object.hasOwn(vectors, name)) continue;
    const start = index + call.length;
    const inputs = inputsFrom(formula, start);
    const end = start + inputs.join(",").length;
    const length = inputs.length / vectors[name];
    const lists = Array.from({ length: vectors[name] }, (_, place) => {
      const list = inputs.slice(place * length, (place + 1) * length);
      return `[${list.map((input) => withLists(input.trim(), vectors)).join(", ")}]`;
    });
    const rest = withLists(formula.slice(end), vectors);
    return `${formula.slice(0, start)}${lists.join(", ")}${rest}`;
  }
  return formula;
}

/**
 * What stands between the commas, up to the parenthesis that closes.
 * @param {string} formula
 * @param {number} start
 */
function inputsFrom(formula, start) {
  const inputs = [""];
  let depth = 0;
  for (const letter of formula.slice(start)) {
    if (letter === ")" && depth === 0) break;
    if (letter === "(") depth += 1;
    if (letter === ")") depth -= 1;
    if (letter === "," && depth === 0) inputs.push("");
    else inputs[inputs.length - 1] += letter;
  }
  return inputs;
}
