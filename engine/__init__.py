"""An autograd engine for scalars that you can see through.

>>> x = Value(3.0, "x")
>>> y = x * x
>>> y.backward()
>>> x.grad
6.0
"""

from typing import TYPE_CHECKING, Any

from engine.errors import DomainError
from engine.formula.graph import formula
from engine.functions import (
    abs,
    acos,
    acosh,
    add,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cbrt,
    copysign,
    cos,
    cosh,
    degrees,
    divide,
    dot,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    fmod,
    gamma,
    gelu,
    greater,
    hypot,
    leaky_relu,
    lgamma,
    log,
    log1p,
    log2,
    log10,
    logsumexp,
    maximum,
    minimum,
    multiply,
    negate,
    polygamma,
    pow,
    power,
    prod,
    radians,
    relu,
    remainder,
    sigmoid,
    silu,
    sin,
    sinh,
    softmax,
    softplus,
    sqrt,
    subtract,
    sum,
    tan,
    tanh,
    where,
)
from engine.gradients import gradients, hessian
from engine.recording import no_grad, scope, tracing
from engine.rules import RULES, Rule
from engine.steps import backward_steps, forward_steps
from engine.value import Value, apply

if TYPE_CHECKING:
    from engine.drawing.picture import draw, svg
    from engine.explorer import explore
    from engine.program import Program
    from engine.proof.checking import check_gradients, check_rule

__all__ = [
    "DomainError",
    "Program",
    "RULES",
    "Rule",
    "Value",
    "abs",
    "acos",
    "acosh",
    "add",
    "apply",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "backward_steps",
    "cbrt",
    "check_gradients",
    "check_rule",
    "copysign",
    "cos",
    "cosh",
    "degrees",
    "divide",
    "dot",
    "draw",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "explore",
    "expm1",
    "fmod",
    "formula",
    "forward_steps",
    "gamma",
    "gelu",
    "gradients",
    "greater",
    "hessian",
    "hypot",
    "leaky_relu",
    "lgamma",
    "log",
    "log10",
    "log1p",
    "log2",
    "logsumexp",
    "maximum",
    "minimum",
    "multiply",
    "negate",
    "no_grad",
    "polygamma",
    "pow",
    "power",
    "prod",
    "radians",
    "relu",
    "remainder",
    "scope",
    "sigmoid",
    "silu",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "sqrt",
    "subtract",
    "sum",
    "svg",
    "tan",
    "tanh",
    "tracing",
    "where",
]

# What is heavy is loaded when it is asked for.
_LAZY = {
    "check_gradients": "engine.proof.checking",
    "check_rule": "engine.proof.checking",
    "Program": "engine.program",
    "draw": "engine.drawing.picture",
    "explore": "engine.explorer",
    "svg": "engine.drawing.picture",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)
