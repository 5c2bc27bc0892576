// @ts-check
// What can be shared from where the page is, and what its files are called.

/** @typedef {"web" | "disk" | "frame"} Home  where the page was opened from */

const HINTS = {
  web: "Whoever opens the link sees this moment: this step, these numbers, these boxes.",
  disk:
    "This page is a file on your own disk, where alone its link leads. To give this moment to" +
    " others, save the page and send the file: it opens at this moment.",
  frame:
    "In a notebook this page has no address. Save it as a file, which opens at this moment. Where" +
    " the notebook lets its frames save nothing, explore(…).save(path) does.",
};

/**
 * @param {string} protocol  of the page's address
 * @returns {Home}
 */
export function homeOf(protocol) {
  if (protocol === "file:") return "disk";
  return protocol === "about:" || protocol === "data:" || protocol === "blob:" ? "frame" : "web";
}

/** @param {Home} home */
export const hintOf = (home) => HINTS[home];

/**
 * "a-neuron-step-3.svg"
 * @param {string} title
 * @param {number} position
 * @param {string} kind
 */
export function fileName(title, position, kind) {
  const words = title
    .normalize("NFKC")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  const name = words.filter(Boolean).join("-").slice(0, 60) || "graph";
  return `${name}-step-${position}.${kind}`;
}
