// The graph's numbers and words, without the page: evaluate, run backward, write each step.
"use strict";

const LEAF = -1;
const CONSTANT = -2;

// Numbers as Python's engine writes them

// Four significant digits, half to even, a true minus sign and none before a zero.
function digits(x) {
  if (x === 0) return "0";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : x < 0 ? "−∞" : "no number";
  let [mantissa, exponent] = x.toExponential(3).split("e");
  const exact = x.toExponential(20).split("e");
  if (/^-?\d\.\d{3}50{16}$/.test(exact[0]) && (exact[0].slice(-18, -17).charCodeAt(0) & 1) === 0) {
    [mantissa, exponent] = [exact[0].slice(0, -17), exact[1]];
  }
  const power = Number(exponent);
  let text;
  if (power < -4 || power >= 4) {
    const size = String(Math.abs(power)).padStart(2, "0");
    text = `${trimmed(mantissa)}e${power < 0 ? "-" : "+"}${size}`;
  } else {
    text = trimmed(Number(`${mantissa}e${power}`).toFixed(3 - power));
  }
  return text.replaceAll("-", "−");
}

const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

// The two ways to write: plain text, and MathML.
const TEXT = {
  index: 0,
  name: (name) => name,
  number: digits,
  open: "(",
  close: ")",
};
const MATH = {
  index: 1,
  name(name) {
    const parts = /^(.*[^0-9])([0-9]+)$/s.exec(name);
    if (!parts) return `<mi>${escaped(name)}</mi>`;
    return `<msub><mi>${escaped(parts[1])}</mi><mn>${parts[2]}</mn></msub>`;
  },
  number: (x) => `<mn>${digits(x)}</mn>`,
  open: "<mo>(</mo>",
  close: "<mo>)</mo>",
};
const SUPERSCRIPTS = Object.fromEntries(
  [..."0123456789−"].map((c, i) => [c, "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"[i]]));

// A template with names or numbers in its places; `fill(place)` gives {text, negative}.
function filled(template, style, fill) {
  return template.replace(/\{([(^)]?)([0-9]+|y)\}/g, (_, sign, place) => {
    const { text, negative } = fill(place);
    if (sign === "(") return negative ? style.open : "";
    if (sign === ")") return negative ? style.close : "";
    if (sign === "^") return superscript(text, negative);
    return text;
  });
}

function superscript(text, negative) {
  if ([...text].every((c) => c in SUPERSCRIPTS)) {
    return [...text].map((c) => SUPERSCRIPTS[c]).join("");
  }
  return negative ? `^(${text})` : `^${text}`;
}

// The graph

function makeGraph(data, rules) {
  const count = data.names.length;
  const graph = { ...data, count, output: count - 1 };
  graph.isLeaf = (node) => data.kinds[node] === LEAF;
  graph.isConstant = (node) => data.kinds[node] === CONSTANT;
  graph.isOperation = (node) => data.kinds[node] >= 0;
  graph.form = (node) => data.forms[data.kinds[node]];
  graph.rule = (node) => rules[graph.form(node)[0]];
  graph.leaves = [...data.names.keys()].filter(graph.isLeaf);
  graph.editable = !data.missing;
  graph.forwardOrder = [...data.names.keys()].filter(graph.isOperation);
  graph.forwardPlace = new Map(graph.forwardOrder.map((node, place) => [node, place]));
  graph.backwardOrder = [{ node: graph.output, input: graph.output, index: -1 }];
  for (let node = count - 1; node >= 0; node--) {
    data.inputs[node].forEach((input, index) => {
      if (!graph.isConstant(input)) graph.backwardOrder.push({ node, input, index });
    });
  }
  graph.forwardCount = graph.forwardOrder.length;
  graph.stepCount = graph.forwardCount + graph.backwardOrder.length;
  return graph;
}

// Values, local derivatives and errors from the values of the leaves.
function evaluate(graph, start) {
  const values = Float64Array.from(start);
  const partials = new Array(graph.count).fill([]);
  const errors = new Map();
  for (const node of graph.forwardOrder) {
    const numbers = graph.inputs[node].map((input) => values[input]);
    if (numbers.some(Number.isNaN)) {
      values[node] = NaN; // an input has no number
      continue;
    }
    const rule = graph.rule(node);
    const value = rule.value(...numbers);
    const local = rule.partials(value, ...numbers);
    if (Number.isFinite(value) && local.every(Number.isFinite)) {
      values[node] = value;
      partials[node] = local;
    } else {
      values[node] = NaN;
      errors.set(node, refusal(graph, node, numbers));
    }
  }
  return { values, partials, errors };
}

// Only the output's value.
function outputAt(graph, start) {
  const values = Float64Array.from(start);
  for (const node of graph.forwardOrder) {
    const numbers = graph.inputs[node].map((input) => values[input]);
    values[node] = graph.rule(node).value(...numbers);
  }
  return values[graph.output];
}

// Why an operation has no result, as Python's engine says it.
function refusal(graph, node, numbers) {
  const rule = graph.rule(node);
  const names = graph.inputs[node].map((input) => graph.names[input]);
  const call = operationText(graph, node, TEXT, nameFiller(graph, node, TEXT));
  for (const [k, number] of numbers.entries()) {
    const domain = rule.domain[k];
    if (domain && !domain.intervals.some(([low, high]) => low < number && number < high)) {
      const stated = domain.text.replace("{}", rule.names[k]);
      const given = `${names[k]} = ${digits(number)}`;
      return `${call}: ${given} is outside ${rule.name}'s domain ${stated}`;
    }
  }
  const given = [...names.keys()].filter((k) => !graph.isConstant(graph.inputs[node][k]))
    .map((k) => `${names[k]} = ${digits(numbers[k])}`).join(", ");
  if (rule.condition && !rule.condition.holds(...numbers)) {
    return `${call}: ${given} is outside ${rule.name}'s domain ${rule.condition.text}`;
  }
  return `${call}: ${given} gives a number too large for a float`;
}

// Every step of the backward pass with its numbers, in the engine's order.
function backpropagate(graph, partials) {
  const gradients = new Float64Array(graph.count);
  const steps = graph.backwardOrder.map(({ node, input, index }) => {
    if (index < 0) {
      gradients[input] = 1;
      return { node, input, index, partial: 1, incoming: 1, contribution: 1, before: 0, after: 1 };
    }
    const partial = partials[node][index];
    const incoming = gradients[node];
    const contribution = partial * incoming;
    const before = gradients[input];
    gradients[input] = before + contribution;
    return { node, input, index, partial, incoming, contribution, before, after: gradients[input] };
  });
  return { gradients, steps };
}

// The slope of the output along one leaf: (f(x + h) − f(x − h)) / 2h. No rule's partial is used.
function finiteDifference(graph, start, leaf) {
  const x = start[leaf];
  const h = 2 ** Math.round(Math.log2(6e-6 * Math.max(1, Math.abs(x))));
  const moved = Float64Array.from(start);
  moved[leaf] = x + h;
  const ahead = outputAt(graph, moved);
  moved[leaf] = x - h;
  return (ahead - outputAt(graph, moved)) / (2 * h);
}

// The words of a step

function nameFiller(graph, node, style) {
  return (place) => {
    const which = place === "y" ? node : graph.inputs[node][Number(place)];
    return { text: style.name(graph.names[which]), negative: false };
  };
}

function numberFiller(graph, node, style, values) {
  return (place) => {
    const x = values[place === "y" ? node : graph.inputs[node][Number(place)]];
    return { text: style.number(x), negative: x < 0 };
  };
}

const operationText = (graph, node, style, fill) =>
  filled(graph.form(node)[2 + style.index], style, fill);

const partialText = (graph, node, index, style, fill) =>
  filled(graph.form(node)[4 + index][style.index], style, fill);

// "v1 = w·x = 0.5·2 = 1"; without the result where it is to be guessed.
function forwardWords(graph, node, values, style, withResult = true) {
  const parts = [
    style.name(graph.names[node]),
    operationText(graph, node, style, nameFiller(graph, node, style)),
    operationText(graph, node, style, numberFiller(graph, node, style, values)),
  ];
  if (withResult) parts.push(style.number(values[node]));
  return [...new Set(parts)].join(style === TEXT ? " = " : "<mo>=</mo>");
}

function derivative(graph, top, bottom, style) {
  const [a, b] = [top, bottom].map((node) => style.name(graph.names[node]));
  if (style === TEXT) return `∂${a}/∂${b}`;
  return `<mfrac><mrow><mo>∂</mo>${a}</mrow><mrow><mo>∂</mo>${b}</mrow></mfrac>`;
}

// "∂L/∂a += ∂L/∂d · ∂d/∂a = −2 · −3 = 6"
function backwardWords(graph, step, style, withResult = true) {
  const is = style === TEXT ? " = " : "<mo>=</mo>";
  const times = style === TEXT ? " · " : "<mo>·</mo>";
  const own = derivative(graph, graph.output, step.input, style);
  if (step.index < 0) return `${own}${is}${style.number(1)}`;
  const chain = [derivative(graph, graph.output, step.node, style),
    derivative(graph, step.node, step.input, style)].join(times);
  const numbers = [step.incoming, step.partial].map(style.number).join(times);
  const gains = style === TEXT ? " += " : "<mo>+=</mo>";
  const result = withResult ? is + style.number(step.contribution) : "";
  return `${own}${gains}${chain}${is}${numbers}${result}`;
}
