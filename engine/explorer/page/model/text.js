// @ts-check
// Small things about text: shortened, counted, escaped; paths of boxes.

/**
 * @param {string} text
 * @param {number} most  characters, whole ones
 */
export function shortened(text, most) {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
}

/**
 * @param {number} n
 * @param {string} one
 * @param {string} many
 */
export const counted = (n, one, many) => `${grouped(n)} ${n === 1 ? one : many}`;

/** @param {number} n */
export const grouped = (n) => n.toLocaleString("en");

/** @param {string} text */
export const escaped = (text) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#x27;");

/** @param {string} path */
export const lastPart = (path) => path.slice(path.lastIndexOf("/") + 1);

/**
 * @param {string} scope
 * @param {string} path
 */
export const isWithin = (scope, path) => scope === path || scope.startsWith(`${path}/`);

/**
 * "a", "a and b", "a, b and c"
 * @param {string[]} words
 */
export const listed = (words) =>
  words.length > 1
    ? `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`
    : words.join("");
