"""A graph, or the derivative of an operation, as a formula: in text, LaTeX or MathML."""
