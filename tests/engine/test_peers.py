"""Values and gradients against PyTorch's: every rule that it has, and random graphs of them."""

import math
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import RULES, Value, apply, gradients
from engine.graph import topological_order
from engine.proof.rounding import rounding_errors
from engine.proof.strategies import Graph, graphs

try:
    import torch
    from torch.nn import functional
except ModuleNotFoundError:
    torch = None  # type: ignore[assignment]

# Each takes tensors of one number, and plain numbers where the rule's input is fixed.
TORCH: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "negate": lambda x: -x,
    "power": lambda x, n: x**n,
    "pow": lambda a, b: a**b,
    "exp": lambda x: torch.exp(x),
    "exp2": lambda x: torch.exp2(x),
    "expm1": lambda x: torch.expm1(x),
    "log": lambda x: torch.log(x),
    "log2": lambda x: torch.log2(x),
    "log10": lambda x: torch.log10(x),
    "log1p": lambda x: torch.log1p(x),
    "sqrt": lambda x: torch.sqrt(x),
    "sin": lambda x: torch.sin(x),
    "cos": lambda x: torch.cos(x),
    "tan": lambda x: torch.tan(x),
    "asin": lambda x: torch.asin(x),
    "acos": lambda x: torch.acos(x),
    "atan": lambda x: torch.atan(x),
    "atan2": lambda y, x: torch.atan2(y, x),
    "sinh": lambda x: torch.sinh(x),
    "cosh": lambda x: torch.cosh(x),
    "tanh": lambda x: torch.tanh(x),
    "asinh": lambda x: torch.asinh(x),
    "acosh": lambda x: torch.acosh(x),
    "atanh": lambda x: torch.atanh(x),
    "degrees": lambda x: torch.rad2deg(x),
    "radians": lambda x: torch.deg2rad(x),
    "erf": lambda x: torch.erf(x),
    "erfc": lambda x: torch.erfc(x),
    "lgamma": lambda x: torch.lgamma(x),
    "polygamma": lambda n, x: torch.polygamma(int(n), x),
    "abs": lambda x: torch.abs(x),
    "maximum": lambda a, b: torch.maximum(a, b),
    "minimum": lambda a, b: torch.minimum(a, b),
    "where": lambda condition, a, b: torch.where(condition > 0.0, a, b),
    "copysign": lambda x, y: torch.copysign(x, y),
    "fmod": lambda x, y: torch.fmod(x, y),
    "sigmoid": lambda x: torch.sigmoid(x),
    "softplus": lambda x: functional.softplus(x, threshold=700.0),
    "relu": lambda x: torch.relu(x),
    "leaky_relu": lambda x, slope: functional.prelu(x.reshape(1), slope.reshape(1))[0],
    "gelu": lambda x: functional.gelu(x),
    "silu": lambda x: functional.silu(x),
    "sum": lambda *xs: torch.stack(xs).sum(),
    "prod": lambda *xs: torch.stack(xs).prod(),
    "dot": lambda *xs: torch.dot(torch.stack(xs[: len(xs) // 2]), torch.stack(xs[len(xs) // 2 :])),
    "hypot": lambda *xs: torch.linalg.vector_norm(torch.stack(xs)),
    "logsumexp": lambda *xs: torch.logsumexp(torch.stack(xs), 0),
}
TORCH_HAS_NONE = {
    "cbrt",
    "gamma",
    "greater",  # its comparison has no gradient, not even 0
    "remainder",  # its function of this name is Python's %
}

# PyTorch's error: four roundings of every operation, for its functions are not all good to one, and
# beyond that what these formulas lose: of the value, and of the gradient along each input.
ROUNDINGS = 4.0
EPS = sys.float_info.epsilon


def trigamma_series(x: float) -> float:
    """Its trigamma leaves out the terms from B₈/z⁹ on, at z from x + 6 on; left of ½, it reflects.

    Abramowitz and Stegun (1964), 6.4.12.
    """
    return 1.0 / 30.0 / (max(x, 1.0 - x) + 6.0) ** 9


LOST: dict[str, Callable[..., tuple[float, ...]]] = {
    "expm1": lambda x: (0.0, EPS),  # the gradient is y + 1, also near y = -1
    "gelu": lambda x: (EPS * abs(x), EPS * (1.0 + abs(x))),  # 1 + erf, also near erf = -1
    "logsumexp": lambda *xs: (EPS, *[0.0] * len(xs)),  # the log of a sum, also near 1
    "polygamma": lambda n, x: (trigamma_series(x) * (n == 1.0), trigamma_series(x) * (n == 0.0)),
}

peer = pytest.mark.peer
needs_torch = pytest.mark.skipif(torch is None, reason="PyTorch is not installed")


def torch_error(node: Value) -> float:
    """What rounding may change in the number, if the operations are those of this graph."""
    return ROUNDINGS * rounding_errors(topological_order([node]))[node]


def tensors(numbers: Sequence[float]) -> list[Any]:
    return [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in numbers]


def torch_gradient(output: Any, leaves: Sequence[Any]) -> list[float]:
    """0 for a leaf that the output does not depend on."""
    if not output.requires_grad:  # as where, of plain numbers
        return [0.0] * len(leaves)
    found = torch.autograd.grad(output, leaves, allow_unused=True, materialize_grads=True)
    return [gradient.item() for gradient in found]


def torch_graph(graph: Graph, leaves: Sequence[Any]) -> Any:
    """The same operations on tensors."""
    nodes = list(leaves)
    for step in graph.steps:
        inputs = [
            nodes[i]
            if isinstance(i, int)
            else i
            if k in step.rule.fixed
            else torch.tensor(i, dtype=torch.float64)
            for k, i in enumerate(step.inputs)
        ]
        nodes.append(TORCH[step.rule.name](*inputs))
    return nodes[-1]


def test_every_rule_is_compared_or_known_to_be_missing() -> None:
    assert not TORCH_HAS_NONE & set(TORCH)
    assert TORCH_HAS_NONE | set(TORCH) == set(RULES)


@peer
@needs_torch
@pytest.mark.parametrize("name", TORCH)
@given(data=st.data())
def test_a_rule_has_the_value_and_gradient_of_pytorch(
    name: str,
    data: st.DataObject,
    points: Callable[..., st.SearchStrategy[Any]],
    rounding_error: Callable[..., float],
) -> None:
    """At moderate points: elsewhere it overflows in a square, and so on."""
    rule = RULES[name]
    numbers = data.draw(points(rule, reach=16.0, smallest=1e-3))
    if name == "fmod":  # next to a jump it counts the multiples by x / y as rounded
        x, y = numbers
        assume(abs(math.remainder(x, y)) > 2.0 * math.ulp(x))
    inputs = [x if k in rule.fixed else Value(x) for k, x in enumerate(numbers)]
    leaves = [x for x in inputs if isinstance(x, Value)]
    y = apply(rule, *inputs)
    slopes = gradients(y, leaves)

    twins = tensors([leaf.data for leaf in leaves])
    given_twins = iter(twins)
    twin = TORCH[name](*[next(given_twins) if isinstance(x, Value) else x for x in inputs])

    lost = LOST[name](*numbers) if name in LOST else (0.0,) * (1 + len(leaves))
    expected = [twin.item(), *torch_gradient(twin, twins)]
    for node, number, part in zip([y, *slopes], expected, lost, strict=True):
        assert abs(node.data - number) <= rounding_error(node) + torch_error(node) + part


@peer
@needs_torch
@given(graph=graphs([RULES[name] for name in TORCH if name not in LOST]))
def test_a_random_graph_has_the_gradients_of_pytorch(
    graph: Graph, rounding_error: Callable[..., float]
) -> None:
    """Of the rules whose PyTorch formulas lose nothing but roundings."""
    leaves = list(map(Value, graph.point))
    output = graph(*leaves)
    output.backward()
    slopes = gradients(output, leaves)
    twins = tensors(graph.point)
    twin = torch_graph(graph, twins)
    expected = [twin.item(), *torch_gradient(twin, twins)]
    found = [output.data, *[leaf.grad for leaf in leaves]]
    for node, ours, theirs in zip([output, *slopes], found, expected, strict=True):
        assert abs(ours - theirs) <= rounding_error(node) + torch_error(node)
