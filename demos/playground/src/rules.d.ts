// The rules of the table, written by Python: rules.py.

declare module "#rules" {
  export const RULES: Record<string, import("./formula.js").Rule>;
}
