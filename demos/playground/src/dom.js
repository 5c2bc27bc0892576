// @ts-check
// The page's own elements, by name.

/** @param {string} id */
export function at(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}
