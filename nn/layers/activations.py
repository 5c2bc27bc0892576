"""Activations: the engine's functions of one number by their names, or any function of a Value."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Final

from engine import RULES, Value, functions
from engine.messages import shown

Activation = str | Callable[[Value], Value]


def identity(z: Value) -> Value:
    """z itself: the activation of a neuron that has none."""
    return z


ACTIVATIONS: Final[dict[str, Callable[[Value], Value]]] = {
    "identity": identity,
    **{name: getattr(functions, name) for name, rule in sorted(RULES.items()) if rule.unary},
}

SYNONYMS: Final = {  # other libraries' names
    "linear": "identity",
    "none": "identity",
    "logistic": "sigmoid",
    "swish": "silu",
}


def activation_function(activation: Activation) -> Callable[[Value], Value]:
    """The function of a name; a function is itself.

    Raises ValueError for an unknown name, TypeError for what is neither name nor function.

    >>> activation_function("tanh")(Value(0.0))
    Value(0.0)
    """
    if callable(activation):
        return activation
    if not isinstance(activation, str):
        needed = "a name or a function is needed"
        hint = ": write 'identity' for none" if activation is None else ""
        raise TypeError(f"activation: {needed}, but {shown(activation)} was given{hint}")
    if activation not in ACTIVATIONS:
        known = f"allowed are {', '.join(ACTIVATIONS)}, or a function"
        way = way_to_write(activation)
        raise ValueError(f"activation: {shown(activation)} is not known{way}; {known}")
    return ACTIVATIONS[activation]


def way_to_write(name: str) -> str:
    """What to write instead of a name that is no activation.

    >>> way_to_write("linear"), way_to_write("leaky_relu")
    (": write 'identity'", ': write engine.leaky_relu, without quotes')
    """
    plain = name.lower()
    if plain in ("softmax", "log_softmax", "logsoftmax"):
        return (
            ": a softmax is of all outputs together; train without one, on softmax_cross_entropy, "
            "and take engine.softmax of the outputs for probabilities"
        )
    rule = {each.replace("_", ""): each for each in RULES}.get(plain.replace("_", ""), "")
    if rule and RULES[rule].defaults:  # of more numbers than z, as a slope
        return f": write engine.{rule}, without quotes"
    meant = SYNONYMS.get(plain) or next(iter(get_close_matches(plain, ACTIVATIONS, n=1)), None)
    return f": write {shown(meant)}" if meant else ""


def activation_name(activation: Activation) -> str:
    """The name of an activation, or of the function that stands for it.

    >>> activation_name("relu"), activation_name(identity)
    ('relu', 'identity')
    """
    if isinstance(activation, str):
        return activation
    return getattr(activation, "__name__", type(activation).__name__)
