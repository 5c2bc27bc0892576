// @ts-check
// A moment of the film as the part of an address behind #, and back.

export const SPEEDS = [0.25, 0.5, 1, 2, 4];

/** @typedef {{epoch: number, speed: number, neuron: [layer: number, place: number] | null}} Moment */

/** @param {Moment} moment */
export function addressOf({ epoch, speed, neuron }) {
  const parts = [
    ...(epoch ? [`epoch=${epoch}`] : []),
    ...(speed === 1 ? [] : [`speed=${speed}`]),
    ...(neuron ? [`neuron=${neuron.join()}`] : []),
  ];
  return parts.join("&");
}

/**
 * Nonsense is left out.
 * @param {string} address
 * @param {number[]} sizes  of the columns of the net
 * @returns {Moment}
 */
export function momentOf(address, sizes) {
  const wanted = new URLSearchParams(address);
  const epoch = Math.round(Number(wanted.get("epoch")));
  const speed = Number(wanted.get("speed"));
  const [layer, place] = (wanted.get("neuron") ?? "").split(",").map(Number);
  return {
    epoch: Math.max(epoch || 0, 0),
    speed: SPEEDS.includes(speed) ? speed : 1,
    neuron: Number.isInteger(layer) && place >= 0 && place < sizes[layer] ? [layer, place] : null,
  };
}
