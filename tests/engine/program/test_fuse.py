"""fuse: what becomes one kernel, and in which order."""

import cProfile
import random
from functools import reduce
from typing import Any

import pytest

import engine
from engine import Value, tanh
from engine.program import Program
from engine.program.kernels import Elementwise, Reduction
from engine.program.lower import Traced
from engine.program.pipeline import compiled
from engine.program.sorted_sums import padded


def test_sums_of_different_lengths_do_not_fall_apart() -> None:
    rng = random.Random(3)
    xs = [Value(rng.uniform(-1, 1)) for _ in range(40)]
    sums = [engine.sum(rng.sample(xs, 5 + k)) for k in range(30)]
    program = Program(engine.sum([tanh(s) for s in sums]), xs)
    assert 0 < program.source.count("np.add.reduce(") <= 15  # for lengths that are filled up


def test_long_sums_are_filled_up_by_a_quarter_at_most_to_few_lengths() -> None:
    def length(n: int) -> int:
        columns = padded(((2.0,) * n, (5,) * n, tuple(range(n))))
        terms = list(zip(*columns))
        assert terms[:n] == [(2.0, 5, k) for k in range(n)]
        assert set(terms[n:]) <= {(0.0, 5, 0)}
        return len(terms)

    assert [length(n) for n in range(6)] == [0, 1, 2, 3, 4, 5]
    assert all(n <= length(n) <= 1.25 * n for n in range(1000))
    assert len({length(n) for n in range(1000)}) < 40


def fused(outputs: list[Value], inputs: list[Value], parameters: list[Value]) -> list[Any]:
    kernels = compiled(Traced(outputs, inputs, parameters))["fuse"]
    return [kernel for _, kernel in kernels.forward]


def test_nodes_of_one_rule_that_are_ready_together_are_one_kernel() -> None:
    xs = [Value(0.1 * k) for k in range(5)]
    (kernel,) = fused([tanh(x) for x in xs], xs, [])
    assert isinstance(kernel, Elementwise) and kernel.inputs["x0"].places == (0, 1, 2, 3, 4)
    assert str(kernel.rule.name) == "tanh"


def test_what_is_batched_and_what_is_not_are_two_kernels() -> None:
    x, w = Value(0.5), Value(0.3)
    kernels = fused([tanh(x), tanh(w)], [x], [w])
    assert [kernel.outputs[0].batched for kernel in kernels] == [True, False]


def test_what_is_added_once_or_several_times_is_one_kernel() -> None:
    x, w = [Value(0.5), Value(0.7)], [Value(0.3), Value(0.2)]
    assert len(fused([x[0] + w[0], x[1] - 2.0 * w[1]], x, w)) == 1


def test_different_fixed_numbers_are_two_kernels() -> None:
    x = Value(0.5)
    assert [kernel.fixed for kernel in fused([x**3, x**4], [x], [])] == [(3.0,), (4.0,)]


def test_a_kernel_waits_for_all_of_its_kind_that_it_can_have() -> None:
    """Both sines are ready, but of different kinds: what has the longest way goes first."""
    x = Value(0.5)
    kernels = fused([x.exp().sin(), x.sin().exp()], [x], [])
    assert [kernel.rule.name for kernel in kernels] == ["exp", "sin", "exp"]


def test_a_rule_of_many_inputs_is_a_reduction_over_their_stack() -> None:
    xs = [Value(0.1 * k) for k in range(6)]
    (kernel,) = fused([engine.logsumexp(xs[:3]), engine.logsumexp(xs[3:])], xs, [])
    assert isinstance(kernel, Reduction) and kernel.height == 3
    assert kernel.stack.places == (0, 3, 1, 4, 2, 5)


@pytest.mark.parametrize("n_inputs", [0, 1, 500])
def test_a_rule_of_a_thousand_inputs_compiles(n_inputs: int) -> None:
    leaves = [Value(k / 1000) for k in range(1000)]
    output = engine.logsumexp(leaves)
    output.backward()
    program = Program(output, leaves[:n_inputs], leaves[n_inputs:])
    value, gradient = program.value_and_gradient([[leaf.data for leaf in leaves[:n_inputs]]])
    assert value == pytest.approx(output.data, rel=1e-12)
    assert gradient == pytest.approx([leaf.grad for leaf in leaves[n_inputs:]], rel=1e-12)


@pytest.mark.parametrize("n_inputs", [0, 1])
@pytest.mark.parametrize("rule", [engine.logsumexp, engine.prod])
def test_compiling_a_rule_costs_in_proportion_to_its_inputs(rule: Any, n_inputs: int) -> None:
    def calls(n: int) -> int:
        leaves = [Value(1.0 + k / n) for k in range(n)]
        output = rule(leaves)
        profile = cProfile.Profile()
        profile.runcall(Program, output, leaves[:n_inputs], leaves[n_inputs:])
        return sum(entry.callcount for entry in profile.getstats())

    assert calls(400) < 3 * calls(200)


def test_each_position_of_a_causal_attention_adds_no_kernels_of_its_own() -> None:
    """The same operations stand at another depth at each position: softmax takes more numbers."""
    assert kernels_of_attention(12) - kernels_of_attention(6) <= 6 * 4


def kernels_of_attention(positions: int) -> int:
    """Of the kernels: position t looks at all up to t, and its result goes through a neuron."""
    rng = random.Random(0)
    xs = [[Value(rng.gauss(0, 1)) for _ in range(4)] for _ in range(positions)]
    weights = [Value(rng.gauss(0, 1)) for _ in range(4)]
    outputs = []
    for t, query in enumerate(xs):
        scores = [engine.dot(query, key) for key in xs[: t + 1]]
        largest = reduce(engine.maximum, scores)
        shares = [engine.exp(score - largest) for score in scores]
        mixed = [engine.dot(shares, [x[k] for x in xs[: t + 1]]) for k in range(4)]
        outputs.append(tanh(engine.dot(weights, mixed)) ** 2)
    return len(fused([engine.sum(outputs)], [x for row in xs for x in row], weights))


def test_the_largest_of_the_sample_and_of_numbers_beside_it_are_apart() -> None:
    x, y, three = Value(0.5), Value(2.0), Value(3.0)
    program = Program([engine.maximum(x, three), engine.maximum(x, y)], [x, y])
    assert program([[0.5, 2.0], [4.0, 1.0]]).tolist() == [[3.0, 2.0], [4.0, 4.0]]
