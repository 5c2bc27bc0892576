"""The formula that a graph computes."""

from collections import Counter

from engine.formula.style import Written
from engine.formula.styles import find_style
from engine.graph import topological_order
from engine.names import name_nodes
from engine.rules import CONSTANT
from engine.value import Value


def formula(value: Value, style: str = "text") -> str:
    """The formula that a graph computes, with its shared parts named once and defined at the end.

    The style is "text", "latex" or "mathml". Derivatives from `gradients` are graphs too. Raises
    ValueError for another style.

    >>> w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-1.0, "b")
    >>> formula((w * (x + b)).tanh() ** 2)
    'tanh(w·(x + b))²'
    >>> t = (w * x).exp()
    >>> formula(t / (1 + t), "latex")
    '\\\\frac{v_{1}}{1 + v_{1}} \\\\quad\\\\text{with}\\\\quad v_{1} = e^{w \\\\cdot x}'
    """
    writer = find_style(style)
    order = topological_order((value,))
    uses = Counter(input for node in order for input in node.inputs)
    leaves = [node for node in order if not node.inputs and node.label]
    shared = [node for node in order if node.inputs and uses[node] > 1]
    names = name_nodes([*leaves, *shared])
    written: dict[Value, Written] = {}
    definitions = []
    for node in order:
        if not node.inputs:
            named = node in names and node.rule is not CONSTANT
            written[node] = writer.name(names[node]) if named else writer.number(node.data)
            continue
        assert node.rule is not None
        whole = writer.operation(node.rule.name, [written[input] for input in node.inputs])
        written[node] = whole
        if uses[node] > 1:
            written[node] = writer.name(names[node])
            definitions.append(writer.equation(written[node].text, whole.text))
    return writer.with_definitions(written[value].text, definitions)
