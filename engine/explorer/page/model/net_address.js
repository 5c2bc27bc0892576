// @ts-check
// Which sample and which neuron of a net is shown, in an address: "sample=2", "neuron=1.3".

/** @import { Graph } from "./graph.js" */
/** @import { Part } from "./address.js" */
/** @import { Shown } from "./stories.js" */

/** @param {Shown} shown */
export function netAddress({ sample, neuron }) {
  /** @type {Part[]} */
  const parts = [];
  if (sample) parts.push(["sample", sample + 1]);
  if (neuron) parts.push(["neuron", `${neuron.layer + 1}.${neuron.row + 1}`]);
  return parts;
}

/**
 * What makes no sense is left out.
 * @param {Graph} graph
 * @param {URLSearchParams} wanted
 * @returns {Shown}
 */
export function netPlace({ data }, wanted) {
  const asked = Number(wanted.get("sample") ?? 1) - 1;
  const sample = data.nets[asked] ? asked : 0;
  const [layer, row] = (wanted.get("neuron") ?? "").split(".").map((part) => Number(part) - 1);
  const isThere = data.nets[sample]?.[layer]?.z[row] !== undefined;
  return { sample, neuron: isThere ? { layer, row } : null };
}
