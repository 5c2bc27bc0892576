// The rules of the table, written by Python: rules.py.

declare module "#rules" {
  export const RULES: import("./formula.js").Table["RULES"];
  export const DEFAULTS: import("./formula.js").Table["DEFAULTS"];
  export const FIXED: import("./formula.js").Table["FIXED"];
  export const VECTORS: import("./formula.js").Table["VECTORS"];
  export const SIGNS: import("./formula.js").Table["SIGNS"];
  export const OTHERWISE: import("./formula.js").Table["OTHERWISE"];
}
