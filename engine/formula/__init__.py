"""A graph, or the derivative of an operation, as a formula: in text, LaTeX or MathML.

- `graph`: the formula of a graph; `partials`: those of a rule's local derivatives
- `simplify`: the graph with what algebra allows to leave out
- `style`: how an operation is written, as plain text; `latex` and `mathml` write it their way
- `styles`: the three by name; `signs`: the sign of an operation on its card in a picture
"""
