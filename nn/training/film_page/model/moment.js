// @ts-check
// A moment of the film as the part of an address behind #, and back.

const SPEEDS = [0.25, 0.5, 1, 2, 4];
const LENGTH = 12_000; // milliseconds that the whole film takes at speed 1
const SHORTEST = 40; // of one picture

/**
 * How long a picture of the film stands, and how many frames are gone on after it: several, where
 * a screen would be too slow for each.
 * @param {number} count  of all frames
 * @param {number} speed
 */
export function pace(count, speed) {
  const pause = LENGTH / count / speed;
  return { pause: Math.max(SHORTEST, pause), frames: Math.max(1, Math.round(SHORTEST / pause)) };
}

/**
 * @typedef {object} Moment
 * @property {number} epoch
 * @property {number} speed
 * @property {[column: number, place: number] | null} neuron  that is looked at
 * @property {number} sample  that flows through it
 * @property {number} step  of its pass
 */

/** @param {Moment} moment */
export function addressOf({ epoch, speed, neuron, sample, step }) {
  const parts = [
    ...(epoch ? [`epoch=${epoch}`] : []),
    ...(speed === 1 ? [] : [`speed=${speed}`]),
    ...(neuron ? [`neuron=${neuron.join()}`] : []),
    ...(neuron && sample ? [`sample=${sample}`] : []),
    ...(neuron && step ? [`step=${step}`] : []),
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
  const whole = (/** @type {string} */ name) =>
    Math.max(Math.round(Number(wanted.get(name))) || 0, 0);
  const speed = Number(wanted.get("speed"));
  const [layer, place] = (wanted.get("neuron") ?? "").split(",").map(Number);
  return {
    epoch: whole("epoch"),
    speed: SPEEDS.includes(speed) ? speed : 1,
    neuron: Number.isInteger(layer) && place >= 0 && place < sizes[layer] ? [layer, place] : null,
    sample: whole("sample"),
    step: whole("step"),
  };
}
