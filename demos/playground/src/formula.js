// @ts-check
// Formulas, line by line: their values, and the gradient of the last one, by the rules of the table.

/**
 * A rule as engine/explorer/javascript.py writes it.
 * @typedef {object} Rule
 * @property {string} name
 * @property {string[]} names
 * @property {(null | {text: string, intervals: [number, number][]})[]} domain
 * @property {null | {text: string, holds: (...inputs: number[]) => boolean}} condition
 * @property {(...inputs: number[]) => number} value
 * @property {(y: number, ...inputs: number[]) => number[]} partials
 */

/**
 * One operation or number; `partials` are those by its inputs.
 * @typedef {{value: number, inputs: Node[], partials: number[], gradient: number, isLeaf: boolean}} Node
 */

/** @typedef {{name: string, line: number, value: number, gradient: number, isLeaf: boolean}} Part */

export class FormulaError extends Error {
  /**
   * @param {string} message
   * @param {number} line  counted from 1
   */
  constructor(message, line) {
    super(message);
    this.line = line;
  }
}

const LINE = /^\s*(?:([\p{L}_][\p{L}\p{N}_]*)\s*=(?!=))?\s*(.*?)\s*$/u;
const TOKEN =
  /\s*(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|[\p{L}_][\p{L}\p{N}_]*|\*\*|\S)/uy;
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/**
 * The parts of a text, one for each line that is not empty: w = 0.5 is a leaf, which has a slider;
 * L = tanh(w*x) is computed; the gradients are those of the last line.
 * @param {string} text
 * @param {Record<string, Rule>} rules
 * @returns {Part[]}
 */
export function evaluate(text, rules) {
  /** @type {Map<string, Node>} */
  const known = new Map([
    ["pi", leaf(Math.PI, false)],
    ["e", leaf(Math.E, false)],
  ]);
  /** @type {Node[]} in the order of computing */
  const tape = [];
  /** @type {{name: string, line: number, node: Node}[]} */
  const parts = [];
  for (const [index, written] of text.split("\n").entries()) {
    const [, name = "", expression] = LINE.exec(written.replace(/#.*/, "")) ?? [];
    if (!name && !expression) continue;
    const line = index + 1;
    if (parts.some((part) => name && part.name === name)) {
      throw new FormulaError(`${name} is given twice`, line);
    }
    const isLeaf = name !== "" && NUMBER.test(expression);
    const node = isLeaf
      ? leaf(Number(expression), true)
      : new Reader(expression, line, { known, rules, tape }).read();
    if (name) known.set(name, node);
    parts.push({ name, line, node });
  }
  if (parts.length) backward(parts[parts.length - 1].node, tape);
  return parts.map(({ name, line, node: { value, gradient, isLeaf } }) => {
    return { name, line, value, gradient, isLeaf };
  });
}

/**
 * @param {number} value
 * @param {boolean} isLeaf  else a constant
 * @returns {Node}
 */
const leaf = (value, isLeaf) => ({ value, inputs: [], partials: [], gradient: 0, isLeaf });

/**
 * @param {Node} output
 * @param {Node[]} tape
 */
function backward(output, tape) {
  output.gradient = 1;
  for (const node of tape.toReversed()) {
    if (node.gradient === 0) continue;
    for (const [place, input] of node.inputs.entries()) {
      if (input.isLeaf || input.inputs.length)
        input.gradient += node.partials[place] * node.gradient;
    }
  }
}

/** How closely the signs bind, as in Python, and their rules. */
/** @type {Record<string, [binding: number, rule: string]>} */
const BETWEEN = {
  "+": [1, "add"],
  "-": [1, "subtract"],
  "*": [2, "multiply"],
  "/": [2, "divide"],
  "**": [4, "pow"],
};
const BEFORE = 3; // how closely a sign before a number binds

/** Reads one expression and computes it; it calls itself for what stands within. */
class Reader {
  #tokens;
  #place = 0;
  #line;
  #world;

  /**
   * @param {string} expression
   * @param {number} line
   * @param {{known: Map<string, Node>, rules: Record<string, Rule>, tape: Node[]}} world
   */
  constructor(expression, line, world) {
    this.#tokens = Array.from(expression.matchAll(new RegExp(TOKEN, "guy")), (found) => found[1]);
    this.#line = line;
    this.#world = world;
  }

  read() {
    const node = this.#sum(1);
    if (this.#next !== undefined) throw this.#wrong(`an operator is missing before ${this.#next}`);
    return node;
  }

  get #next() {
    return this.#tokens[this.#place];
  }

  #take() {
    this.#place += 1;
    return this.#tokens[this.#place - 1];
  }

  /** @param {string} message */
  #wrong(message) {
    return new FormulaError(message, this.#line);
  }

  /**
   * What binds at least so closely.
   * @param {number} least
   * @returns {Node}
   */
  #sum(least) {
    let left = this.#operand();
    for (;;) {
      const [binding, rule] = BETWEEN[this.#next ?? ""] ?? [0, ""];
      if (binding < least) return left;
      this.#take();
      const right = this.#sum(binding + (rule === "pow" ? 0 : 1));
      const isPlain = rule === "pow" && !right.isLeaf && right.inputs.length === 0;
      left = this.#compute(isPlain ? "power" : rule, [left, right]);
    }
  }

  /** @returns {Node} */
  #operand() {
    const token = this.#take();
    if (token === undefined)
      throw this.#wrong("a number, a name or a function is missing at the end");
    if (token === "-") return this.#compute("negate", [this.#sum(BEFORE)]);
    if (token === "+") return this.#sum(BEFORE);
    if (token === "(") return this.#closed(this.#sum(1));
    if (NUMBER.test(token)) return leaf(Number(token), false);
    if (this.#next === "(" && isName(token)) return this.#call(token);
    const node = this.#world.known.get(token);
    if (node) return node;
    if (isName(token)) throw this.#wrong(`${token} has no number: add a line ${token} = 0.5 above`);
    if (token === "^") throw this.#wrong("a power is written **");
    throw this.#wrong(`a number, a name or a function is missing before ${token}`);
  }

  /**
   * @param {Node} node
   * @returns {Node}
   */
  #closed(node) {
    if (this.#take() !== ")") throw this.#wrong("a ( is not closed");
    return node;
  }

  /** @param {string} name */
  #call(name) {
    const { rules } = this.#world;
    if (name === "power") throw this.#wrong("a power is written **");
    if (!Object.hasOwn(rules, name)) throw this.#wrong(`there is no function ${name} here`);
    this.#take();
    const inputs = [this.#sum(1)];
    while (this.#next === ",") {
      this.#take();
      inputs.push(this.#sum(1));
    }
    const { length } = rules[name].names;
    if (inputs.length !== length) {
      throw this.#wrong(`${name} takes ${length}, and ${inputs.length} are given`);
    }
    return this.#closed(this.#compute(name, inputs));
  }

  /**
   * @param {string} name
   * @param {Node[]} inputs
   * @returns {Node}
   */
  #compute(name, inputs) {
    const rule = this.#world.rules[name];
    const numbers = inputs.map(({ value }) => value);
    for (const [place, domain] of rule.domain.entries()) {
      const within = domain?.intervals.some(
        ([low, high]) => numbers[place] > low && numbers[place] < high,
      );
      if (within === false) {
        throw this.#wrong(`${name} needs ${domain?.text}, and is given ${numbers[place]}`);
      }
    }
    if (rule.condition && !rule.condition.holds(...numbers)) {
      throw this.#wrong(`${name} needs ${rule.condition.text}, and is given ${numbers.join(", ")}`);
    }
    const value = rule.value(...numbers);
    if (!Number.isFinite(value)) throw this.#wrong(`${name} of ${numbers.join(", ")} is too large`);
    const node = {
      value,
      inputs,
      partials: rule.partials(value, ...numbers),
      gradient: 0,
      isLeaf: false,
    };
    this.#world.tape.push(node);
    return node;
  }
}

/** @param {string} token */
const isName = (token) => /^[\p{L}_]/u.test(token);
