"""Layer and root mean square norms: formulas, names, and refusals."""

import math
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn import LayerNorm, RMSNorm

Fixture = Callable[..., Any]
kinds = pytest.mark.parametrize("kind", [LayerNorm, RMSNorm])
sizes, seeds = st.integers(1, 5), st.integers(0, 1000)


@given(sizes, seeds, st.sampled_from([1e-5, 0.5]))
def test_norms_are_their_formulas(
    randomized: Fixture, random_nested: Fixture, size: int, seed: int, epsilon: float
) -> None:
    xs = random_nested(seed, size)
    norm = randomized(LayerNorm(size, epsilon=epsilon), seed)
    mean = sum(xs) / size
    scale = math.sqrt(sum((x - mean) ** 2 for x in xs) / size + epsilon)
    for g, b, x, y in zip(norm.gain, norm.bias, xs, norm(xs), strict=True):
        expected = g.data * (x - mean) / scale + b.data
        assert y.data == pytest.approx(expected, rel=1e-12, abs=1e-12)
    rms = randomized(RMSNorm(size, epsilon=epsilon), seed)
    scale = math.sqrt(sum(x * x for x in xs) / size + epsilon)
    for g, x, y in zip(rms.gain, xs, rms(xs), strict=True):
        assert y.data == pytest.approx(g.data * x / scale, rel=1e-12, abs=1e-12)


@given(st.integers(2, 5), seeds, st.floats(0.5, 1e3), st.floats(-1e3, 1e3))
def test_a_layer_norm_does_not_see_scale_and_shift(
    random_nested: Fixture, size: int, seed: int, scale: float, shift: float
) -> None:
    xs = random_nested(seed, size)
    norm = LayerNorm(size, epsilon=1e-12)
    moved = [y.data for y in norm([scale * x + shift for x in xs])]
    assert moved == pytest.approx([y.data for y in norm(xs)], rel=1e-6, abs=1e-6)


def test_names() -> None:
    assert list(LayerNorm(1).state_dict().items()) == [("gain.0", 1.0), ("bias.0", 0.0)]


@kinds
@pytest.mark.parametrize(
    "arguments, options, message",
    [
        ((0,), {}, "size is 0, but must be at least 1"),
        ((2,), {"epsilon": 0.0}, "epsilon is 0.0, but must be positive"),
        ((2,), {"epsilon": math.inf}, "epsilon: a finite number is needed"),
    ],
)
def test_what_makes_no_norm_is_refused(
    kind: Any, arguments: Any, options: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{kind.__name__}: {message}")):
        kind(*arguments, **options)


@kinds
def test_a_vector_of_another_size_is_refused(kind: Any) -> None:
    message = f"{kind.__name__}: 3 inputs were given, but 2 are needed"
    with pytest.raises(ValueError, match=message):
        kind(2)([1, 2, 3])
