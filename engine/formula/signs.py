"""The sign of an operation on its card in a picture: that of its formula."""

from engine.formula.style import Style, Written
from engine.rules import CONSTANT, POWER, RULES
from engine.value import Value

SIGNS = {
    "add": "+",
    "subtract": "−",
    "multiply": "·",
    "divide": "/",
    "negate": "−",
    "pow": "^",
    "sum": "Σ",
    "dot": "Σ·",
    "prod": "Π",
}


def sign_of(node: Value) -> str:
    """The sign of the operation that made a node, or its name; "" for a leaf.

    >>> x = Value(2.0, "x")
    >>> [sign_of(node) for node in (x * x, x**2, x.tanh(), x)]
    ['·', '( )²', 'tanh', '']
    """
    if node.rule is None or node.rule is CONSTANT:
        return ""
    if node.rule is POWER:
        style = Style()
        return style.operation("power", [Written("( )"), style.number(node.inputs[1].data)]).text
    name = node.rule.name
    return SIGNS.get(name, name) if RULES.get(name) is node.rule else name
