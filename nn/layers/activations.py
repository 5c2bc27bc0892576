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


def activation_function(activation: Activation) -> Callable[[Value], Value]:
    """The function of a name; a function is itself.

    Raises ValueError for an unknown name, TypeError for what is neither name nor function.

    >>> activation_function("tanh")(Value(0.0))
    Value(0.0)
    """
    if callable(activation):
        return activation
    if not isinstance(activation, str):
        raise TypeError(
            f"activation: a name or a function is needed, but {shown(activation)} was given"
        )
    if activation not in ACTIVATIONS:
        allowed = ", ".join(ACTIVATIONS)
        close = get_close_matches(activation.lower(), ACTIVATIONS, n=1)
        hint = f": write {shown(close[0])}" if close else ""
        if activation in RULES and RULES[activation].defaults:  # of more numbers than z, as a slope
            hint = f": write engine.{activation}, without quotes"
        known = f"allowed are {allowed}, or a function{hint}"
        raise ValueError(f"activation: {shown(activation)} is not known; {known}")
    return ACTIVATIONS[activation]


def activation_name(activation: Activation) -> str:
    """The name of an activation, or of the function that stands for it.

    >>> activation_name("relu"), activation_name(identity)
    ('relu', 'identity')
    """
    if isinstance(activation, str):
        return activation
    return getattr(activation, "__name__", type(activation).__name__)
