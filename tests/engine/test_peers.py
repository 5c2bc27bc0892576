"""Values and gradients against PyTorch's: every rule that it has, and random graphs of them."""

import math
import sys
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import RULES, Value, apply, gradients
from engine.graph import topological_order
from engine.proof.random_graph import Graph
from engine.proof.rounding import rounding_errors
from engine.proof.strategies import graphs

try:
    import torch
    from torch.nn import functional
except ModuleNotFoundError:
    torch = None  # type: ignore[assignment]


def row(xs: Sequence[Any]) -> Any:
    """Numbers as a vector, which may be empty."""
    return torch.stack(list(xs)) if xs else torch.zeros(0, dtype=torch.float64)


# Where PyTorch calls it otherwise, or takes its inputs otherwise. Each takes tensors of one number,
# and plain numbers where the rule's input is fixed.
OTHERWISE: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "negate": lambda x: -x,
    "power": lambda x, n: x**n,
    "pow": lambda a, b: a**b,
    "degrees": lambda x: torch.rad2deg(x),
    "radians": lambda x: torch.deg2rad(x),
    "polygamma": lambda n, x: torch.polygamma(int(n), x),
    "where": lambda condition, a, b: torch.where(condition > 0.0, a, b),
    "softplus": lambda x: functional.softplus(x, threshold=700.0),
    "leaky_relu": lambda x, slope: functional.prelu(x.reshape(1), slope.reshape(1))[0],
    "sum": lambda *xs: row(xs).sum(),
    # its own divides by each input, and loses a digit
    "prod": lambda *xs: reduce(torch.mul, xs, torch.ones(()).double()),
    "dot": lambda *xs: torch.dot(row(xs[: len(xs) // 2]), row(xs[len(xs) // 2 :])),
    "hypot": lambda *xs: torch.linalg.vector_norm(torch.stack(xs)),
    "maximum": lambda *xs: torch.stack(xs).amax(0),
    "minimum": lambda *xs: torch.stack(xs).amin(0),
    "logsumexp": lambda *xs: torch.logsumexp(torch.stack(xs), 0),
}
TORCH_HAS_NONE = {
    "cbrt",
    "gamma",
    "greater",  # its comparison has no gradient, not even 0
    "remainder",  # its function of this name is Python's %
}


def torch_function(name: str) -> Callable[..., Any] | None:
    """PyTorch's function for a rule; None where it has none, or is not installed."""
    if torch is None or name in TORCH_HAS_NONE:
        return None
    return OTHERWISE.get(name) or getattr(torch, name, None) or getattr(functional, name, None)


TORCH = {name: function for name in RULES if (function := torch_function(name))}

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


@needs_torch
def test_pytorch_has_nearly_every_rule() -> None:
    """One that it has not got is proved by the other tests."""
    assert set(OTHERWISE) | TORCH_HAS_NONE <= set(RULES)
    assert len(TORCH) >= 56


@peer
@needs_torch
@pytest.mark.parametrize("name", [name for name in RULES if name not in TORCH_HAS_NONE])
@given(data=st.data())
def test_a_rule_has_the_value_and_gradient_of_pytorch(
    name: str,
    data: st.DataObject,
    points: Callable[..., st.SearchStrategy[Any]],
    rounding_error: Callable[..., float],
) -> None:
    """At moderate points: elsewhere it overflows in a square, and so on."""
    if name not in TORCH:
        pytest.skip("PyTorch has no function of this name")
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
@given(graph=graphs([RULES[name] for name in TORCH or RULES if name not in LOST]))
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
