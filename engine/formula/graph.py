"""The formula that a graph computes."""

from collections import Counter
from collections.abc import Mapping, Sequence

from engine.formula.style import Written
from engine.formula.styles import find_style
from engine.graph import topological_order
from engine.keywords import explain_keywords
from engine.messages import check_kind
from engine.names import name_nodes
from engine.rules import CONSTANT
from engine.value import Value

LONGEST = 2000  # numbers and operations in one formula; of more, a part gets a name


@explain_keywords
def formula(value: Value, style: str = "text") -> str:
    """The formula that a graph computes, with its shared parts named once and defined at the end.

    So are parts of more than 2,000 numbers and operations, which nobody reads at one go.

    The style is "text", "latex" or "mathml". Derivatives from `gradients` are graphs too. Raises
    ValueError for another style, TypeError for what is no Value.

    >>> w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-1.0, "b")
    >>> formula((w * (x + b)).tanh() ** 2)
    'tanh(w·(x + b))²'
    >>> t = (w * x).exp()
    >>> formula(t / (1 + t), "latex")
    '\\\\frac{v_{1}}{1 + v_{1}} \\\\quad\\\\text{with}\\\\quad v_{1} = e^{w \\\\cdot x}'
    """
    check_kind(value, Value, where="formula")
    writer = find_style(style)
    order = topological_order((value,))
    uses = Counter(input for node in order for input in node.inputs)
    leaves = [node for node in order if not node.inputs and node.label]
    parts = long_parts(order, uses)
    defined = {n for n in order if n.inputs and (uses[n] > 1 or n in parts)} - {value}
    names = name_nodes([*leaves, *[node for node in order if node in defined]])
    written: dict[Value, Written] = {}
    definitions = []
    for node in order:
        if not node.inputs:
            named = node in names and node.rule is not CONSTANT
            written[node] = writer.name(names[node]) if named else writer.number(node.data)
            continue
        assert node.rule is not None
        inputs = [written[x] if uses[x] > 1 else written.pop(x) for x in node.inputs]
        whole = written[node] = writer.applied(node.rule, inputs)
        if node in defined:
            written[node] = writer.name(names[node])
            definitions.append(writer.equation(written[node].text, whole.text))
    return writer.with_definitions(written[value].text, definitions)


def long_parts(order: Sequence[Value], uses: Mapping[Value, int]) -> set[Value]:
    """Where a formula, written out as far as the next shared or long part, would be too long."""
    parts: set[Value] = set()
    length: dict[Value, int] = {}
    for node in order:
        length[node] = 1 + sum(length[x] for x in node.inputs if uses[x] == 1)
        if length[node] > LONGEST:
            parts.add(node)
            length[node] = 1
    return parts
