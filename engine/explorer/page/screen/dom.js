// @ts-check
// Elements of the page: found, made, changed only where something is different.

const SVG = "http://www.w3.org/2000/svg";

/**
 * The element of this id; of this kind, where one is named.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @param {(new () => T) | typeof HTMLElement} kind
 * @returns {T}
 */
export function at(id, kind = HTMLElement) {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no ${kind.name} "${id}"`);
  return /** @type {T} */ (element);
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Partial<HTMLElementTagNameMap[K]>} properties
 */
export function make(name, properties = {}) {
  const element = document.createElement(name);
  Object.assign(element, properties);
  return element;
}

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {Element} parent
 * @param {K} name
 * @param {Record<string, string | number>} attributes
 * @param {string} text
 */
export function draw(parent, name, attributes = {}, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  parent.append(element);
  return element;
}

/** @type {WeakMap<Element, Map<string, string | null>>} */
const known = new WeakMap();

/**
 * Set an attribute, or the "text"; null removes it. A step then costs next to nothing.
 * @param {Element} element
 * @param {string} attribute
 * @param {string | null} value
 */
export function set(element, attribute, value) {
  const before = known.get(element) ?? new Map();
  known.set(element, before);
  if (before.get(attribute) === value) return;
  before.set(attribute, value);
  if (attribute === "text") element.textContent = value;
  else if (value === null) element.removeAttribute(attribute);
  else element.setAttribute(attribute, value);
}
