// @ts-check
// The graph of a formula as DOT, in the look of the pictures that Python draws.

/** @import { Node } from "./formula.js" */

const HEAD = `digraph {
graph [bgcolor=transparent fontname=Helvetica nodesep=0.2 rankdir=LR ranksep=0.45 ordering=in]
node [fontname=Helvetica fontsize=12 shape=plain]
edge [arrowsize=0.6 color="#9aa3af" fontcolor="#6b7280" fontname=Helvetica fontsize=10]`;
const TABLE = 'style="rounded" bgcolor="white" cellborder="0" cellspacing="3" cellpadding="2"';
const MOST = 150; // operations and numbers, beyond which a picture shows nothing

/**
 * @param {Node} output
 * @param {Record<string, string>} signs  of rules
 */
export function dotOf(output, signs) {
  /** @type {Map<Node, string>} */
  const names = new Map();
  const lines = [HEAD];
  /** @param {Node} node */
  function draw(node) {
    const isConstant = !node.isLeaf && node.inputs.length === 0;
    const known = names.get(node);
    if (known && !isConstant) return known;
    const inputs = node.inputs.map(draw);
    const name = `n${lines.length}`;
    names.set(node, name);
    lines.push(`${name} [label=<${isConstant ? light(node) : card(node, signs)}>]`);
    for (const [place, input] of inputs.entries()) {
      const { inputs: within, isLeaf } = node.inputs[place];
      const label = isLeaf || within.length ? ` [label=" ${shown(node.partials[place])} "]` : "";
      lines.push(`${input} -> ${name}${label}`);
    }
    return name;
  }
  draw(output);
  return names.size > MOST ? "" : [...lines, "}"].join("\n");
}

/** @param {Node} node */
const light = ({ value }) => `<font color="#6b7280" point-size="11">${shown(value)}</font>`;

/**
 * @param {Node} node
 * @param {Record<string, string>} signs
 */
function card({ name, rule, value, gradient, isLeaf, inputs }, signs) {
  const sign = rule === "power" ? `( )${raised(shown(inputs[1].value))}` : (signs[rule] ?? rule);
  const head = [name && `<b>${escaped(name)}</b>`];
  if (sign) head.push(`<font color="#6b7280">${escaped(sign)}</font>`);
  const frame = isLeaf ? "#0b57d0" : "#5f6b7a";
  return (
    `<table border="1" color="${frame}" ${TABLE}>` +
    `<tr><td colspan="2">${head.filter(Boolean).join("  ")}</td></tr>` +
    `<tr><td bgcolor="#e7f0fe"><font color="#0b57d0">${shown(value)}</font></td>` +
    `<td bgcolor="#feeddd"><font color="#b3470b">${shown(gradient)}</font></td></tr></table>`
  );
}

/** @param {number} number  to four digits */
const shown = (number) => String(Number(number.toPrecision(4))).replaceAll("-", "−");

/** @param {string} power */
const raised = (power) =>
  /^−?\d+$/.test(power)
    ? power.replace(/./g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["−0123456789".indexOf(sign)])
    : `^${power}`;

/** @param {string} text */
const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
