// @ts-check
// The controls of the live page: data, features, layers, activation, descent, seed.

/** @import { Config } from "../model/config.js" */

import { at, make } from "../../../../engine/explorer/page/screen/dom.js";
import { BATCHES, MOST_LAYERS, MOST_NEURONS, NOISES, RATES, SAMPLES } from "../model/config.js";
import { DATA } from "../model/data.js";

const MOST_SEED = 2 ** 31 - 1;

/**
 * @typedef {object} Chosen
 * @property {Config} config
 * @property {string[]} features  all that there are
 * @property {string[]} activations
 * @property {(change: Partial<Config>) => void} choose
 */

/** The list of each select: its values, and what they are called. */
const LISTS = {
  "data-set": () => Object.entries(DATA).map(([name, { title }]) => [name, title]),
  noise: () => NOISES.map((noise) => [String(noise), String(noise)]),
  activation: (/** @type {Chosen} */ { activations }) => activations.map((name) => [name, name]),
  rate: () => RATES.map((rate) => [String(rate), String(rate)]),
  batch: () => BATCHES.map((n) => [String(n), n === SAMPLES ? `all ${n}` : String(n)]),
};

/**
 * @param {Config} config
 * @param {Chosen} chosen
 */
export function showControls(config, chosen) {
  const { data, noise, activation, rate, batch } = config;
  /** @type {Record<string, string | number>} */
  const values = { "data-set": data, noise, activation, rate, batch };
  for (const [id, list] of Object.entries(LISTS)) {
    const select = at(id, HTMLSelectElement);
    if (!select.length) {
      select.append(...list(chosen).map(([value, text]) => make("option", { value, text })));
    }
    select.value = String(values[id]);
  }
  at("seed", HTMLInputElement).value = String(config.seed);
  const { features } = chosen;
  const buttons = features.map((name, k) =>
    button(name, { feature: k }, config.features.includes(name)),
  );
  keepingFocus(at("features"), buttons);
  keepingFocus(at("layers"), layerButtons(config.hidden));
}

/** @param {number[]} hidden */
function layerButtons(hidden) {
  const layers = hidden.map((n, k) => {
    const group = make("span", { className: "stepper" });
    const fewer = button("−", { layer: k, by: -1 }, null, `one neuron fewer in layer ${k + 1}`);
    const more = button("+", { layer: k, by: 1 }, null, `one neuron more in layer ${k + 1}`);
    fewer.disabled = n === 1;
    more.disabled = n === MOST_NEURONS;
    group.append(fewer, make("b", { textContent: String(n) }), more);
    return group;
  });
  const fewer = button("− layer", { layers: -1 });
  const more = button("+ layer", { layers: 1 });
  fewer.disabled = hidden.length === 0;
  more.disabled = hidden.length === MOST_LAYERS;
  return [...layers, fewer, more];
}

/**
 * @param {string} text
 * @param {Record<string, number>} data
 * @param {boolean | null} isPressed
 * @param {string} label
 */
function button(text, data, isPressed = null, label = "") {
  const made = make("button", { type: "button", textContent: text });
  for (const [key, value] of Object.entries(data)) made.dataset[key] = String(value);
  if (isPressed !== null) made.setAttribute("aria-pressed", String(isPressed));
  if (label) made.setAttribute("aria-label", label);
  return made;
}

/**
 * New buttons in place of the old ones; the one that was used can be used again at once.
 * @param {HTMLElement} host
 * @param {HTMLElement[]} children
 */
function keepingFocus(host, children) {
  const all = () => /** @type {HTMLElement[]} */ ([...host.querySelectorAll("button")]);
  const before = document.activeElement;
  const place = before instanceof HTMLElement ? all().indexOf(before) : -1;
  host.replaceChildren(...children);
  if (place >= 0) all()[Math.min(place, all().length - 1)].focus();
}

/** @param {Chosen} live */
export function listenToControls(live) {
  const read = {
    "data-set": (/** @type {string} */ data) => ({ data }),
    noise: (/** @type {string} */ noise) => ({ noise: Number(noise) }),
    activation: (/** @type {string} */ activation) => ({ activation }),
    rate: (/** @type {string} */ rate) => ({ rate: Number(rate) }),
    batch: (/** @type {string} */ batch) => ({ batch: Number(batch) }),
  };
  for (const [id, change] of Object.entries(read)) {
    const select = at(id, HTMLSelectElement);
    select.addEventListener("change", () => live.choose(change(select.value)));
  }
  const seed = at("seed", HTMLInputElement);
  seed.addEventListener("change", () => {
    const wanted = Math.round(Number(seed.value));
    live.choose({ seed: wanted >= 0 && wanted <= MOST_SEED ? wanted : live.config.seed });
  });
  at("regenerate").addEventListener("click", () => {
    live.choose({ seed: (live.config.seed + 1) % MOST_SEED });
  });
  at("features").addEventListener("click", ({ target }) => {
    const place = target instanceof HTMLElement ? target.dataset.feature : undefined;
    if (place !== undefined) live.choose({ features: toggled(live, live.features[Number(place)]) });
  });
  at("layers").addEventListener("click", ({ target }) => {
    if (target instanceof HTMLButtonElement) live.choose({ hidden: changed(live.config, target) });
  });
}

/**
 * A feature more or less; one always stays.
 * @param {Chosen} live
 * @param {string} name
 */
function toggled({ config, features }, name) {
  const chosen = features.filter((each) => config.features.includes(each) !== (each === name));
  return chosen.length ? chosen : config.features;
}

/**
 * @param {Config} config
 * @param {HTMLButtonElement} button
 */
function changed({ hidden }, { dataset: { layer, by, layers } }) {
  if (layers) return Number(layers) > 0 ? [...hidden, 4] : hidden.slice(0, -1);
  return hidden.map((n, k) => (String(k) === layer ? n + Number(by) : n));
}
