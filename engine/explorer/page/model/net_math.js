// @ts-check
// Matrices and vectors of a net in MathML.

/**
 * W⁽²⁾, or x without a layer.
 * @param {string} letter
 * @param {number} layer
 */
export function boldName(letter, layer) {
  const own = `<mi mathvariant="normal">${letter}</mi>`; // which page.css makes bold;
  if (!layer) return own;
  return `<msup>${own}<mrow><mo>(</mo><mn>${layer}</mn><mo>)</mo></mrow></msup>`;
}

/** ∂L/∂ of it. @param {string} bottom */
export const slope = (bottom) =>
  `<mfrac><mrow><mo>∂</mo><mi>L</mi></mrow><mrow><mo>∂</mo>${bottom}</mrow></mfrac>`;

/** @param {string} inner */
export const transposed = (inner) => `<msup><mrow>${inner}</mrow><mo>⊤</mo></msup>`;
