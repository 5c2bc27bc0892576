"""shifts: what merely shifts a softmax gets no gradient, and what does more gets its own."""

from collections.abc import Callable

import pytest

import engine
from engine import Value, exp, maximum, sigmoid, softmax, tanh
from engine.program.graph import Operation
from engine.program.kernels import Reduction
from engine.program.lower import Traced
from engine.program.pipeline import compiled
from tests.engine.program.agreement import assert_agrees, on_every_backend

Graph = Callable[..., Value]
POINT = [0.3, -0.2, 0.7, 0.1, -0.5, 0.4]  # three inputs and three parameters


def is_followed_back(graph: Graph) -> bool:
    """Whether a gradient goes to the largest."""
    leaves = [Value(x) for x in POINT]
    found = compiled(Traced([graph(*leaves)], leaves[:3], leaves[3:]))["simplify"]
    maxima = [
        place
        for place, node in enumerate(found.nodes)
        if isinstance(node, Operation) and node.rule.name == "maximum"
    ]
    return found.requires_grad[maxima[-1]]


def exponents(*leaves: Value) -> tuple[list[Value], Value]:
    """Three numbers less the largest, and the largest."""
    xs = [w * x for x, w in zip(leaves[:3], leaves[3:])]
    top = maximum(maximum(xs[0], xs[1]), xs[2])
    return [x - top for x in xs], top


def weighted(xs: list[Value]) -> Value:
    return engine.sum([k * tanh(x) for k, x in enumerate(xs, start=1)])


def plain(*leaves: Value) -> Value:
    return weighted(softmax([w * x for x, w in zip(leaves[:3], leaves[3:])]))


def top_used(*leaves: Value) -> Value:
    zs, top = exponents(*leaves)
    es = [exp(z) for z in zs]
    return weighted([e / engine.sum(es) for e in es]) + tanh(top)


def exponent_used(*leaves: Value) -> Value:
    zs, _ = exponents(*leaves)
    es = [exp(z) for z in zs]
    total = engine.sum(es)
    return weighted([*[e / total for e in es], zs[0]])


def exponential_used(*leaves: Value) -> Value:
    zs, _ = exponents(*leaves)
    es = [exp(z) for z in zs]
    total = engine.sum(es)
    return weighted([*[e / total for e in es], es[1]])


def total_used(*leaves: Value) -> Value:
    zs, _ = exponents(*leaves)
    es = [exp(z) for z in zs]
    total = engine.sum(es)
    return weighted([*[e / total for e in es], total])


def not_shifted(*leaves: Value) -> Value:
    es = [exp(w * x) for x, w in zip(leaves[:3], leaves[3:])]
    total = engine.sum(es)
    return weighted([e / total for e in es])


def no_exponentials(*leaves: Value) -> Value:
    zs, _ = exponents(*leaves)
    hs = [sigmoid(z) for z in zs]
    total = engine.sum(hs)
    return weighted([h / total for h in hs])


def one_is_no_exponential(*leaves: Value) -> Value:
    zs, _ = exponents(*leaves)
    es = [exp(zs[0]), exp(zs[1])]
    total = engine.sum([*es, sigmoid(zs[2])])
    return weighted([e / total for e in es])


def part_of_total(*leaves: Value) -> Value:
    zs, _ = exponents(*leaves)
    es = [exp(z) for z in zs]
    total = engine.sum(es[:2])
    return weighted([e / total for e in es])


def another_divided(*leaves: Value) -> Value:
    """An exponential that is no part of the total, and is not shifted."""
    xs = [w * x for x, w in zip(leaves[:3], leaves[3:])]
    top = maximum(*xs)
    return exp(xs[2]) / (exp(xs[0] - top) + exp(xs[1] - top))


def more_in_total(*leaves: Value) -> Value:
    zs, _ = exponents(*leaves)
    es = [exp(z) for z in zs]
    total = engine.sum([*es, Value(1.0)])
    return weighted([e / total for e in es])


def scaled_total(*leaves: Value) -> Value:
    zs, _ = exponents(*leaves)
    es = [exp(z) for z in zs]
    total = es[0] + 2.0 * es[1] + es[2]
    return weighted([e / total for e in es])


def other_factors(*leaves: Value) -> Value:
    zs, top = exponents(*leaves)
    es = [exp(zs[0]), exp(zs[1]), exp(zs[2] - top)]
    total = engine.sum(es)
    return weighted([e / total for e in es])


def one_not_divided(*leaves: Value) -> Value:
    zs, _ = exponents(*leaves)
    es = [exp(z) for z in zs]
    total = engine.sum(es)
    return weighted([es[0] / total, es[2] / total])


@pytest.mark.parametrize("graph", [plain, one_not_divided, scaled_total])
def test_no_gradient_goes_through_the_largest(graph: Graph) -> None:
    assert not is_followed_back(graph)


OTHERS = [top_used, exponent_used, exponential_used, total_used, part_of_total]
OTHERS += [no_exponentials, one_is_no_exponential, another_divided, more_in_total, other_factors]


@pytest.mark.parametrize("graph", OTHERS)
def test_what_does_more_than_shift_has_a_gradient(graph: Graph) -> None:
    assert is_followed_back(graph)


@pytest.mark.parametrize("graph", [plain, not_shifted, one_not_divided, scaled_total, *OTHERS])
def test_gradients_agree(graph: Graph) -> None:
    assert_agrees(graph, POINT, 3, 2)


def test_a_parameter_that_shifts_has_the_gradient_0() -> None:
    def graph(x: Value, y: Value, w: Value) -> Value:
        es = [exp(x - w), exp(y - w)]
        total = engine.sum(es)
        return tanh(es[0] / total)

    assert_agrees(graph, [0.3, -0.4, 0.2], 2, 2)


def of_a_number(v: Value, w: Value) -> Value:
    return exp(0.5 - v) / (exp(0.5 - v) + exp(w - v))


def of_the_sample(x: Value, y: Value, v: Value, w: Value) -> Value:
    shift = tanh(v * x)
    es = [exp(-shift + x), exp(tanh(w * y) - shift)]
    return es[0] / engine.sum(es)


@on_every_backend
@pytest.mark.parametrize(
    ("graph", "point", "n_inputs"),
    [(of_a_number, [0.3, 0.4], 0), (of_the_sample, [0.3, -0.4, 0.2, 0.7], 2)],
)
def test_of_what_shifts_no_half_is_sent_with_what_others_get(
    graph: Graph, point: list[float], n_inputs: int, backend: str
) -> None:
    """Terms of two exponents may be one kernel, of which only some require a gradient."""
    assert_agrees(graph, point, n_inputs, 2, backend)


def test_a_chain_may_go_through_what_merely_shifts() -> None:
    def graph(x: Value, v: Value, w: Value) -> Value:
        shift = v * x
        for _ in range(20):
            shift = tanh(shift + 0.1)
        e = exp(x - shift)
        return w * (e / (2.0 * e)) + tanh(v * w * x)

    assert_agrees(graph, [0.4, 0.3, 0.7], 1, 2)


def causal(*leaves: Value) -> Value:
    """Softmaxes of one number, of two, and so on."""
    xs = [w * x for x, w in zip(leaves[:3], leaves[3:])]
    shares = [softmax([k * x for x in xs[: k + 1]]) for k in range(3)]
    return engine.sum([weighted(row) for row in shares])


def test_the_largest_of_different_numbers_of_scores_are_one_kernel() -> None:
    leaves = [Value(x) for x in POINT]
    kernels = compiled(Traced([causal(*leaves)], leaves[:3], leaves[3:]))["fuse"]
    rules = [kernel.rule for _, kernel in kernels.forward if isinstance(kernel, Reduction)]
    assert [rule.name for rule in rules].count("maximum") == 1
    assert_agrees(causal, POINT, 3, 2)


def test_where_it_has_a_gradient_ties_are_not_counted_twice() -> None:
    def graph(x: Value, v: Value, w: Value) -> Value:
        xs = [v * x, v * x, w * x]
        return tanh(maximum(*xs)) + tanh(maximum(*xs[1:]))

    assert_agrees(graph, [0.4, 0.5, 0.5], 1, 2)
