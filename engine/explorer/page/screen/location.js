// @ts-check
// The page's own address, which holds the whole session; a frame has none.

export const hasAddress = () => location.protocol !== "about:";

/** The moment that the page itself opens at. */
export const opening = () => document.body.dataset.moment ?? "";

export const address = () => location.hash.slice(1) || opening();

/** @type {ReturnType<typeof setTimeout> | undefined} */
let writing;

/**
 * Write it soon: browsers limit how often.
 * @param {() => string} wanted
 */
export function rememberSoon(wanted) {
  clearTimeout(writing);
  writing = setTimeout(() => remember(wanted()), 250);
}

/** Copy the whole address; whether that was allowed. */
export async function copied() {
  try {
    await navigator.clipboard.writeText(location.href);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} wanted */
export function remember(wanted) {
  if (!hasAddress()) parent.postMessage({ moment: wanted }, "*"); // who has the frame may keep it
  if (!hasAddress() || address() === wanted) return;
  try {
    const page = `${location.pathname}${location.search}`;
    history.replaceState(null, "", wanted ? `${page}#${wanted}` : page);
  } catch {
    location.hash = wanted;
  }
}
