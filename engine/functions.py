"""Every rule of the table as a function: of floats it gives a float, of Values a Value.

The names and meanings are those of Python's `math`; `help()` of a function shows its meaning and
where it is differentiable. A rule of one input is a method of Value, too.

>>> from engine import Value, dot, leaky_relu, tanh
>>> tanh(0.0), tanh(Value(0.0)), Value(0.0).tanh()
(0.0, Value(0.0), Value(0.0))
>>> dot([1.0, 2.0], [3.0, 4.0]), leaky_relu(-3.0)
(11.0, -0.03)
"""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any

from engine.elsewhere import mark_absent
from engine.errors import write_call
from engine.floats import as_tuple, as_tuples, evaluate, finite
from engine.rule import REAL
from engine.rules import DOT, RULES, Rule
from engine.value import Number, Value, apply_to, record
from engine.vector import Vector, dot_of_vectors

if TYPE_CHECKING:
    from engine.table import *


def compute(rule: Rule, inputs: tuple[Number, ...]) -> Any:
    """The rule's value: recorded where an input is a Value, a plain float otherwise."""
    for x in inputs:
        if isinstance(x, Value):
            return apply_to(rule, inputs)
    return evaluate(rule, *inputs)  # type: ignore[arg-type]  # no Value is among them


def compute_of_vectors(rule: Rule, *vectors: Iterable[Number]) -> Any:
    """The rule's value at vectors of equal length; a dot product keeps a `Vector` whole."""
    if rule is DOT and (isinstance(vectors[0], Vector) or isinstance(vectors[1], Vector)):
        return dot_of_vectors(*vectors)
    return compute(rule, tuple(chain(*as_tuples(rule.name, *vectors))))


def function_of(rule: Rule) -> Callable[..., Any]:
    """The rule as a function, whose parameters are its inputs.

    >>> help(function_of(RULES["leaky_relu"]))        # doctest: +ELLIPSIS
    Help on function leaky_relu in module engine.functions:
    <BLANKLINE>
    leaky_relu(x, slope=0.01)
        x where x > 0, slope · x elsewhere: Maas, Hannun and Ng (2013).
    ...
    """
    names = [name.removeprefix("*") for name in rule.inputs]
    required = len(names) - len(rule.defaults)
    optional = [f"{name}={default}" for name, default in zip(names[required:], rule.defaults)]
    parameters, inputs = ", ".join(names[:required] + optional), ", ".join(names)
    if rule.unary:
        recorded = f"record(rule, ({inputs},), ({inputs}.data,))"
        body = f"{recorded} if isinstance({inputs}, Value) else evaluate(rule, {inputs})"
    elif rule.spread:
        parameters, body = f"*{inputs}", f"compute(rule, {inputs})"
    elif rule.variadic:
        body = f"compute_of_vectors(rule, {inputs})"
    else:
        body = f"compute(rule, ({inputs}))"
    # Written out, it has the names, defaults and errors of any function, and is as fast as one
    known = {**globals(), "rule": rule, "record": record}
    function: Any = eval(f"lambda {parameters}: {body}", known)
    function.__name__ = function.__qualname__ = rule.name
    function.__doc__ = describe(rule)
    return function  # type: ignore[no-any-return]


def describe(rule: Rule) -> str:
    """What `help()` shows: the meaning and where the derivatives exist."""
    call = write_call(rule, rule.inputs)
    means = rule.means or (call if rule.symbol else f"The same as Python's math.{call}")
    limits = [
        domain.text.format(name)
        for name, domain in zip(rule.inputs, rule.domain)
        if domain is not REAL
    ]
    if rule.condition is not None:
        limits.append(rule.condition.text)
    where = f"where {', '.join(limits)}" if limits else "everywhere"
    for order, needed in rule.kinks.items():
        where += f", {order} times where {needed.text}"
    return f"{means}.\n\nDifferentiable {where}. Raises DomainError, OverflowError."


FUNCTIONS = {name: function_of(rule) for name, rule in RULES.items()}
globals().update(FUNCTIONS)
for _name, _rule in RULES.items():
    if _rule.unary:
        setattr(Value, _name, FUNCTIONS[_name])

# What NumPy asks an object of an array for, where its names are not those of Python's math
NUMPY_METHODS = {
    "arccos": "acos",
    "arccosh": "acosh",
    "arcsin": "asin",
    "arcsinh": "asinh",
    "arctan": "atan",
    "arctan2": "atan2",
    "arctanh": "atanh",
    "deg2rad": "radians",
    "fabs": "abs",
    "fmod": "fmod",
    "hypot": "hypot",
    "rad2deg": "degrees",
}
for _name, _rule_name in NUMPY_METHODS.items():
    setattr(Value, _name, FUNCTIONS[_rule_name])
Value.conjugate = lambda self: self  # type: ignore[attr-defined]  # as of any real number: np.std

_CPU = "not needed: all runs on the CPU"
_NUMBER = "not needed: a Value is one number"
# What other libraries call it
ELSEWHERE = {
    "_backward": "backward(), for all nodes; engine.backward_steps(y) shows them one by one",
    "_op": "rule",
    "_prev": "inputs",
    "T": _NUMBER,
    "add": "+",
    "children": "inputs",
    "clamp": "engine.minimum(engine.maximum(x, low), high)",
    "cleargrad": "grad = 0.0",
    "clone": "not needed: no operation changes a Value",
    "cpu": _CPU,
    "creator": "rule",
    "cuda": _CPU,
    "derivative": "grad",
    "device": _CPU,
    "div": "/",
    "dot": "engine.dot(xs, ys)",
    "draw": "engine.draw(y)",
    "dtype": "always a float, of 64 bits",
    "explore": "engine.explore(y)",
    "flatten": _NUMBER,
    "grad_fn": "rule",
    "is_leaf": "x.inputs == ()",
    "leaky_relu": "engine.leaky_relu(x)",
    "max": "engine.maximum(*xs) of a list",
    "mean": "sum(xs) / len(xs) of a list",
    "min": "engine.minimum(*xs) of a list",
    "mul": "*",
    "name": "label",
    "ndim": "always 0: a Value is one number",
    "numel": "always 1: a Value is one number",
    "numpy": "data",
    "parents": "inputs",
    "pow": "**",
    "register_hook": "not needed: after backward() every node has its grad",
    "requires_grad": "always true, and an optimizer moves only what it is given",
    "requires_grad_": "not needed: an optimizer moves only what it is given",
    "reshape": _NUMBER,
    "retain_grad": "not needed: backward() leaves every node its grad",
    "ReLU": "relu",
    "ReLu": "relu",
    "shape": "always (): a Value is one number",
    "size": "always 1: a Value is one number",
    "softmax": "engine.softmax(xs) of a list",
    "square": "** 2",
    "squeeze": _NUMBER,
    "sub": "-",
    "sum": "sum(xs) of a list",
    "to": _CPU,
    "tolist": "data",
    "unsqueeze": _NUMBER,
    "value": "data",
    "view": _NUMBER,
    "zero_grad": "grad = 0.0",
}
mark_absent(Value, ELSEWHERE)


def softmax(xs: Iterable[Number]) -> list[Any]:
    """exp(xᵢ) / Σ exp(xⱼ) for each i: positive, and 1 in sum. Raises ValueError for nothing.

    The largest is subtracted first: the result is the same, and no exponential overflows.

    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]
    """
    inputs = [x if isinstance(x, Value) else finite(x) for x in as_tuple("softmax", xs)]
    if not inputs:
        raise ValueError("softmax: at least one number is needed, and none was given")
    top = maximum(*inputs)
    exponentials = [exp(x - top) for x in inputs]
    total = sum(exponentials)
    return [e / total for e in exponentials]
