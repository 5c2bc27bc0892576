// @ts-check
// Names, which Python writes as text with the signs of Unicode, as MathML: w⁽²⁾₃₁ with real indices.

import { escaped } from "./text.js";

const RAISED = pairs(
  "0123456789−+().abcdefghijklmnoprstuvwxyz",
  "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾˙ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
);
const LOWERED = pairs("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ");
const [UP, LOW] = [RAISED, LOWERED].map((signs) => [...signs.keys()].join(""));
const PRIMES = "|′|″|\\[(?:[4-9]|[1-9][0-9]{1,8})\\]";
const LETTER = `(?![\\p{Nd}${UP}${LOW}])[\\p{L}\\p{N}]`; // what Python takes for a letter
const SINGLE = new RegExp(
  `^(${LETTER})(?:\\^([A-Za-z]+(?:\\([0-9.]+\\))?)|([${UP}]*))` +
    `(?:_([0-9A-Za-z]+(?:,[0-9]+)*)|([${LOW}]+(?:,[${LOW}]+)*|))(${PRIMES})$`,
  "u",
);
const ANY = new RegExp(`^(.+?)()([${UP}]*)()([${LOW}]+(?:,[${LOW}]+)*|)(${PRIMES})$`, "su");

/**
 * @param {string} ascii
 * @param {string} signs
 */
function pairs(ascii, signs) {
  return new Map([...signs].map((sign, k) => [sign, ascii[k]]));
}

/** @param {string} name */
export function partsOf(name) {
  const [, base, caret, raised, word, lowered, primes] = SINGLE.exec(name) ??
    ANY.exec(name) ?? ["", name];
  return {
    base,
    low: word || plain(lowered, LOWERED),
    up: (caret || plain(raised, RAISED)) + (primes ?? ""),
  };
}

/**
 * @param {string | undefined} text
 * @param {Map<string, string>} signs
 */
const plain = (text, signs) => [...(text ?? "")].map((c) => signs.get(c) ?? c).join("");

/**
 * The name with real indices.
 * @param {string} name
 */
export function mathOf(name) {
  const { base, low, up } = partsOf(name);
  const inner = `<mi>${escaped(base)}</mi>${script(low)}${script(up)}`;
  const tag = `m${low && "sub"}${up && "sup"}`;
  return tag === "m" ? inner : `<${tag}>${inner}</${tag}>`;
}

/**
 * A number, a letter, or what stands upright.
 * @param {string} text
 */
function script(text) {
  if (!text) return "";
  const tag = /^[0-9]+$/.test(text) ? "mn" : /^[A-Za-z]$/.test(text) ? "mi" : "mtext";
  return `<${tag}>${text}</${tag}>`;
}

/**
 * Whether a power of it needs parentheses: there is something in its exponent's place.
 * @param {string} name
 */
export const isRaised = (name) => partsOf(name).up !== "";
