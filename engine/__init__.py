"""An autograd engine for scalars that you can see through.

>>> x = Value(3.0, "x")
>>> y = x * x
>>> y.backward()
>>> x.grad
6.0
"""

import builtins
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.choice import Index, choose
from engine.collector import collector_paused
from engine.elsewhere import no_such_name
from engine.errors import DomainError
from engine.formula.graph import formula
from engine.formula.simplify import simplify
from engine.functions import FUNCTIONS, NUMPY_METHODS, softmax
from engine.gradients import gradients, hessian, hvp, jacobian, jvp, vjp
from engine.optional import stand_in
from engine.recording import no_grad, scope, tracing
from engine.rules import RULES, Rule
from engine.steps import backward_steps, forward_steps
from engine.value import Value, apply

if TYPE_CHECKING:
    from engine.drawing.picture import draw, svg
    from engine.explorer import explore
    from engine.program import Program
    from engine.proof.checking import check_gradients
    from engine.proof.programs import check_program
    from engine.proof.rule_checking import check_rule
    from engine.table import *
else:
    globals().update(FUNCTIONS)  # one for every rule

__all__ = [
    "DomainError",
    "Index",
    "Program",
    "RULES",
    "Rule",
    "Value",
    "apply",
    "backward_steps",
    "check_gradients",
    "check_program",
    "check_rule",
    "choose",
    "collector_paused",
    "draw",
    "explore",
    "formula",
    "forward_steps",
    "gradients",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "no_grad",
    "scope",
    "simplify",
    "softmax",
    "svg",
    "tracing",
    "vjp",
    *[name for name in RULES if not hasattr(builtins, name)],  # import * shadows none of Python's
]

# What is heavy is loaded when it is asked for.
_LAZY = {
    "check_gradients": "engine.proof.checking",
    "check_program": "engine.proof.programs",
    "check_rule": "engine.proof.rule_checking",
    "Program": "engine.program",
    "draw": "engine.drawing.picture",
    "explore": "engine.explorer",
    "svg": "engine.drawing.picture",
}

_LISTS = "Value(number), and lists of Values"
_GRADIENTS = "gradients(y, [x]), where y = f(x); or y.backward() and x.grad"
_NO_GRAD = "with no_grad()"
_COMPILED = "Program(y, inputs): the graph of y as array code"
_SEED = "nn.seed(0)"
_IN_NN = "MLP Layer Module Neuron SGD Adam fit mean_squared_error softmax_cross_entropy".split()
# What other libraries call it, and what is not in this package itself
ELSEWHERE = {
    **{name: f"from nn import {name}" for name in _IN_NN},
    **{name: here for name, here in NUMPY_METHODS.items() if name not in RULES},
    "Parameter": "Value(number)",
    "Tensor": _LISTS,
    "Variable": _LISTS,
    "arange": "Python's range",
    "array": _LISTS,
    "autograd": _GRADIENTS,
    "backward": "y.backward()",
    "cat": "Python's +, of lists of Values",
    "check_engine": "from engine.proof import check_engine",
    "check_grad": "check_gradients(f, x)",
    "clamp": "minimum(maximum(x, low), high)",
    "clip": "minimum(maximum(x, low), high)",
    "compile": _COMPILED,
    "concatenate": "Python's +, of lists of Values",
    "cross_entropy": "from nn import softmax_cross_entropy",
    "draw_dot": "draw(y)",
    "enable_grad": "nothing: without no_grad() all is recorded",
    "from_numpy": _LISTS,
    "functional": "the functions of engine itself, as engine.relu",
    "grad": _GRADIENTS,
    "gradcheck": "check_gradients(f, x)",
    "inference_mode": _NO_GRAD,
    "jit": _COMPILED,
    "ln": "log",
    "load": "model.load(path)",
    "log_softmax": "[z - logsumexp(zs) for z in zs]",
    "make_dot": "draw(y)",
    "manual_seed": _SEED,
    "matmul": "[dot(row, x) for row in W]",
    "max": "maximum(*values)",
    "mean": "sum(values) / len(values)",
    "min": "minimum(*values)",
    "nn": "import nn",
    "ones": "[Value(1.0) for _ in range(n)]",
    "optim": "from nn import SGD",
    "rand": "[Value(random.random()) for _ in range(n)]",
    "randn": "[Value(random.gauss()) for _ in range(n)]",
    "relu6": "minimum(relu(x), 6.0)",
    "save": "model.save(path), draw(y).save(path) or explore(y).save(path)",
    "seed": _SEED,
    "set_grad_enabled": _NO_GRAD,
    "square": "x**2",
    "stack": "a list of Values",
    "stop_gradient": "x.detach()",
    "swish": "silu",
    "tensor": _LISTS,
    "value_and_grad": _GRADIENTS,
    "vmap": "Program(y, inputs), which is called on a batch",
    "zeros": "[Value(0.0) for _ in range(n)]",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise no_such_name(sys.modules[__name__], name, ELSEWHERE)
    try:
        return getattr(import_module(_LAZY[name]), name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "engine":
            raise
        return stand_in(name, error)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
