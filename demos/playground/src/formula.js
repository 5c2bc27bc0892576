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
 * One operation or number; `partials` are those by its inputs. One that is no leaf and has no inputs
 * is a constant.
 * @typedef {object} Node
 * @property {string} name  "" for none
 * @property {string} rule  "" for a number
 * @property {number} value
 * @property {Node[]} inputs
 * @property {number[]} partials
 * @property {number} gradient
 * @property {boolean} isLeaf
 */

/**
 * The rules of the table, and what is said of them.
 * @typedef {object} Table
 * @property {Record<string, Rule>} RULES  those of any number of inputs as "sum/3"
 * @property {Record<string, number[]>} DEFAULTS  of the last inputs
 * @property {Record<string, number[]>} FIXED  the places of what has to be a plain number
 * @property {Record<string, number>} VECTORS  how many lists the functions take that take lists
 * @property {Record<string, string>} SIGNS
 * @property {Record<string, string>} OTHERWISE  what functions are called elsewhere
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

/** @type {Record<string, string>} signs of formulas, and what they are here */
export const TYPESET = { "·": "*", "×": "*", "−": "-" };
export const LINE = /^\s*(?:([\p{L}_][\p{L}\p{N}_]*)\s*=(?!=))?\s*(.*?)\s*$/u;
const TOKEN =
  /\s*(\d[\d_]*\.?[\d_]*(?:[eE][-+]?\d[\d_]*)?|\.\d[\d_]*(?:[eE][-+]?\d[\d_]*)?|[\p{L}_][\p{L}\p{N}_]*|\*\*|\S)/uy;
export const NUMBER =
  /^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][-+]?\d+(?:_\d+)*)?$/;

/**
 * The parts of a text, one for each statement: w = 0.5 is a leaf, which has a slider;
 * L = tanh(w*x) is computed; the gradients are those of the last one, whose node is the output.
 * Statements end with their line or a semicolon.
 * @param {string} text
 * @param {Table} table
 * @returns {{parts: Part[], output: Node | undefined}}
 */
export function evaluate(text, table) {
  /** @type {Map<string, Node>} */
  const known = new Map([
    ["pi", number(Math.PI)],
    ["π", number(Math.PI)],
    ["e", number(Math.E)],
  ]);
  /** @type {Node[]} in the order of computing */
  const tape = [];
  /** @type {{line: number, name: string, node: Node, isLeaf: boolean}[]} */
  const found = [];
  for (const { line, name, expression } of statementsOf(text)) {
    if (name && found.some((part) => part.name === name)) {
      throw new FormulaError(`${name} is given twice`, line);
    }
    const isLeaf = name !== "" && NUMBER.test(expression);
    const read = new Reader(expression, line, { known, table, tape }).read();
    const node = name && isConstant(read) ? { ...read, isLeaf: true } : read;
    node.name ||= name;
    if (name) known.set(name, node);
    found.push({ line, name, node, isLeaf });
  }
  const output = found.at(-1)?.node;
  if (output) backward(output, tape);
  const parts = found.map(({ line, name, node: { value, gradient }, isLeaf }) => {
    return { name, line, value, gradient, isLeaf };
  });
  return { parts, output };
}

/** @param {string} text */
function statementsOf(text) {
  return text.split("\n").flatMap((written, index) =>
    written
      .replace(/#.*/, "")
      .replace(/[·×−]/g, (sign) => TYPESET[sign])
      .split(";")
      .map((statement) => {
        const [, name = "", expression = ""] = LINE.exec(statement) ?? [];
        return { line: index + 1, name: name.normalize("NFKC"), expression };
      })
      .filter(({ name, expression }) => name || expression),
  );
}

/**
 * A plain number.
 * @param {number} value
 * @returns {Node}
 */
const number = (value) => ({
  name: "",
  rule: "",
  value,
  inputs: [],
  partials: [],
  gradient: 0,
  isLeaf: false,
});

/** @param {Node} node */
const isConstant = ({ isLeaf, inputs }) => !isLeaf && inputs.length === 0;

/**
 * @param {Node} output
 * @param {Node[]} tape
 */
function backward(output, tape) {
  output.gradient = 1;
  for (const node of tape.toReversed()) {
    if (node.gradient === 0) continue;
    for (const [place, input] of node.inputs.entries()) {
      if (!isConstant(input)) input.gradient += node.partials[place] * node.gradient;
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
   * @param {{known: Map<string, Node>, table: Table, tape: Node[]}} world
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
      left = this.#compute(rule, [left, this.#sum(binding + (rule === "pow" ? 0 : 1))]);
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
    if (NUMBER.test(token)) return this.#number(token);
    if (this.#next === "(" && isName(token)) return this.#call(token);
    const node = this.#world.known.get(token.normalize("NFKC"));
    if (node) return node;
    if (isName(token)) throw this.#wrong(`${token} has no number: add a line ${token} = 0.5 above`);
    if (token === "^") throw this.#wrong("a power is written **");
    throw this.#wrong(`a number, a name or a function is missing before ${token}`);
  }

  /** @param {string} token */
  #number(token) {
    const value = Number(token.replaceAll("_", ""));
    if (!Number.isFinite(value)) throw this.#wrong(`${token} is too large`);
    return number(value);
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
    const { RULES, DEFAULTS, OTHERWISE } = this.#world.table;
    const isOfMany = Object.keys(RULES).some((key) => key.startsWith(`${name}/`));
    if (!isOfMany && !Object.hasOwn(RULES, name)) {
      const hint = Object.hasOwn(OTHERWISE, name) ? `: did you mean ${OTHERWISE[name]}?` : "";
      throw this.#wrong(`there is no function ${name} here${hint}`);
    }
    this.#take();
    const inputs = [this.#sum(1)];
    while (this.#next === ",") {
      this.#take();
      inputs.push(this.#sum(1));
    }
    if (isOfMany) {
      const key = `${name}/${inputs.length}`;
      if (RULES[key]) return this.#closed(this.#compute(key, inputs));
      throw this.#wrong(`${name} of ${inputs.length} numbers cannot be computed here`);
    }
    const { length } = RULES[name].names;
    const defaults = DEFAULTS[name] ?? [];
    const missing = length - inputs.length;
    if (missing < 0 || missing > defaults.length) {
      throw this.#wrong(`${name} takes ${length}, and ${inputs.length} are given`);
    }
    inputs.push(...defaults.slice(defaults.length - missing).map(number));
    return this.#closed(this.#compute(name, inputs));
  }

  /**
   * @param {string} key  of the rule; of pow by a plain number, that of power
   * @param {Node[]} inputs
   * @returns {Node}
   */
  #compute(key, inputs) {
    const { RULES, FIXED } = this.#world.table;
    const rule = RULES[key === "pow" && isConstant(inputs[1]) ? "power" : key];
    const { name } = rule;
    const numbers = inputs.map(({ value }) => value);
    for (const place of FIXED[name] ?? []) {
      if (!isConstant(inputs[place])) {
        throw this.#wrong(`${name}: ${rule.names[place]} must be a plain number`);
      }
    }
    const value = rule.value(...numbers);
    const isPlain = inputs.every(isConstant); // and asks for no slope
    const partials = isPlain ? [] : rule.partials(value, ...numbers);
    if (![value, ...partials].every(Number.isFinite)) this.#refuse(rule, numbers);
    if (isPlain) return number(value);
    const node = { ...number(value), rule: name, inputs, partials };
    this.#world.tape.push(node);
    return node;
  }

  /**
   * Why there is no number, or no slope: at a kink there are both, as the rule chooses.
   *
   * @param {Rule} rule
   * @param {number[]} numbers
   */
  #refuse(rule, numbers) {
    const { name } = rule;
    for (const [place, domain] of rule.domain.entries()) {
      const within = domain?.intervals.some(
        ([low, high]) => numbers[place] > low && numbers[place] < high,
      );
      if (within === false) {
        const needed = domain?.text.replace("{}", rule.names[place]);
        throw this.#wrong(`${name} needs ${needed}, and is given ${numbers[place]}`);
      }
    }
    if (rule.condition && !rule.condition.holds(...numbers)) {
      throw this.#wrong(`${name} needs ${rule.condition.text}, and is given ${numbers.join(", ")}`);
    }
    throw this.#wrong(`${name} of ${numbers.join(", ")} is too large`);
  }
}

/** @param {string} token */
const isName = (token) => /^[\p{L}_]/u.test(token);
