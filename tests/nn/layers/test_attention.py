"""Embedding and self-attention: the formulas, names, and refusals."""

import math
import re
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import scope
from engine.graph import topological_order
from engine.names import name_nodes
from nn import Embedding, SelfAttention
from tests.nn.numbers import numbers_of

Fixture = Callable[..., Any]


@st.composite
def attentions(draw: st.DrawFn) -> tuple[SelfAttention, int, int]:
    """A layer, a number of positions, and a seed."""
    heads, width = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    layer = SelfAttention(heads * width, heads, causal=draw(st.booleans()))
    return layer, draw(st.integers(1, 4)), draw(st.integers(0, 1000))


embeddings = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 1000))


# The formulas


@given(attentions())
def test_attention_is_its_formula(
    sums: Fixture, randomized: Fixture, random_nested: Fixture, case: Any
) -> None:
    layer, n_positions, seed = case
    randomized(layer, seed)
    xs = random_nested(seed, n_positions, layer.size)
    q, k, v = [[sums(part, x) for x in xs] for part in (layer.query, layer.key, layer.value)]
    d = layer.size // layer.heads
    for i, found in enumerate(layer(xs)):
        seen = range(i + 1 if layer.causal else n_positions)
        mixed = []
        for start in range(0, layer.size, d):
            piece = range(start, start + d)
            scores = [math.exp(sum(q[i][t] * k[j][t] for t in piece) / math.sqrt(d)) for j in seen]
            for t in piece:
                mixed.append(sum(s / sum(scores) * v[j][t] for s, j in zip(scores, seen)))
        expected = sums(layer.output, mixed)
        assert numbers_of(found) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(attentions())
def test_the_bias_of_the_keys_changes_nothing(
    randomized: Fixture, random_nested: Fixture, case: Any
) -> None:
    layer, n_positions, seed = case
    randomized(layer, seed)
    xs = random_nested(seed, n_positions, layer.size)
    before = numbers_of(layer(xs))
    for neuron in layer.key.neurons:
        neuron.bias.data += 1.5
    assert numbers_of(layer(xs)) == [pytest.approx(row, rel=1e-9, abs=1e-9) for row in before]


@given(attentions(), st.integers(0, 3))
def test_causal_attention_does_not_see_what_comes_later(
    randomized: Fixture, random_nested: Fixture, case: Any, later: int
) -> None:
    layer, n_positions, seed = case
    layer.causal = True
    randomized(layer, seed)
    xs = random_nested(seed, n_positions + later, layer.size)
    assert numbers_of(layer(xs))[:n_positions] == numbers_of(layer(xs[:n_positions]))


@given(embeddings, st.data())
def test_a_token_is_its_vector_and_so_is_its_one_hot_list(shape: Any, data: st.DataObject) -> None:
    n_tokens, size, seed = shape
    embedding = Embedding(n_tokens, size, rng=Random(seed))
    tokens = data.draw(st.lists(st.integers(0, n_tokens - 1), min_size=1, max_size=4))
    one_hot = [[float(token == t) for t in range(n_tokens)] for token in tokens]
    assert embedding(tokens) == [embedding(token) for token in tokens]
    assert [embedding.vectors[token] for token in tokens] == embedding(tokens)
    assert numbers_of(embedding(one_hot)) == numbers_of(embedding(tokens))
    assert numbers_of(embedding(one_hot[0])) == numbers_of(embedding(tokens[0]))


def test_a_mixture_of_tokens_is_the_mixture_of_their_vectors() -> None:
    embedding = Embedding(2, 1)
    (first,), (second,) = embedding.vectors
    (mixed,) = embedding([0.25, 0.75])
    assert mixed.data == pytest.approx(0.25 * first.data + 0.75 * second.data, rel=1e-12)


def test_a_token_that_comes_twice_adds_to_its_gradient(weighed_sum: Fixture) -> None:
    embedding = Embedding(3, 1)
    weighed_sum(embedding([1, 0, 1])).backward()
    assert [vector[0].grad for vector in embedding.vectors] == pytest.approx([1.1, 1.0 + 1.2, 0.0])


# Names


def test_labels_and_scopes_are_ready_to_draw() -> None:
    with scope("block"):
        attention = SelfAttention(2, 2)
    output = attention([[1.0, 0.0], [0.0, 1.0]])
    shares = [n for n in topological_order([output[1][0]]) if n.label == "p2,1"]
    assert [share.scope for share in shares] == ["block/head 1", "block/head 2"]
    assert output[1][0].scope == "block/output/neuron 1"


# Refusals


@pytest.mark.parametrize(
    "given, error, message",
    [
        (3, ValueError, "Embedding: the token is 3, but must be from 0 to 2"),
        (-1, ValueError, "Embedding: the token is -1, but must be from 0 to 2"),
        ([0, 3], ValueError, "Embedding: position 2: the token is 3, but must be from 0 to 2"),
        ([0.0, 1.0], ValueError, "Embedding: 2 inputs were given, but 3 are needed"),
        ([0, [1.0]], ValueError, "Embedding: position 2: 1 input was given, but 3 are needed"),
        ([], ValueError, "Embedding: the list is empty, but at least one token is needed"),
        ([0, 1.0, 0], TypeError, "Embedding: tokens and numbers are mixed in [0, 1.0, 0]"),
        ([0.0, "a", 0.0], TypeError, "Embedding: input 2: a real number is needed, and 'a'"),
        (
            1.0,
            TypeError,
            "Embedding: a token, an int from 0 to 2, or a list of them, is needed, but 1.0",
        ),
    ],
)
def test_tokens_that_do_not_fit_are_refused(
    given: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        Embedding(3, 2)(given)


@pytest.mark.parametrize(
    "positions, message",
    [
        ([], "SelfAttention: the list is empty, but at least one position is needed"),
        ([[1, 2], [1]], "SelfAttention: position 2: 1 input was given, but 2 are needed"),
        ([[1, math.inf]], "SelfAttention: position 1: input 2: a finite number is needed"),
    ],
)
def test_positions_that_do_not_fit_are_refused(positions: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        SelfAttention(2)(positions)


@pytest.mark.parametrize(
    "function, message",
    [
        (lambda: Embedding(0, 1), "Embedding: n_tokens is 0, but must be at least 1"),
        (lambda: Embedding(1, 0), "Embedding: size is 0, but must be at least 1"),
        (lambda: SelfAttention(0), "SelfAttention: size is 0, but must be at least 1"),
        (lambda: SelfAttention(2, 0), "SelfAttention: heads is 0, but must be at least 1"),
        (
            lambda: SelfAttention(4, 3),
            "SelfAttention: size is 4 and heads is 3, but size must be a multiple of heads",
        ),
    ],
)
def test_sizes_that_make_no_layer_are_refused(function: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        function()


def test_names_say_the_position_and_the_head() -> None:
    order = topological_order(SelfAttention(4, heads=2)([[0.1] * 4, [0.2] * 4])[1])
    names = set(name_nodes(order).values())
    assert {
        "x⁽²⁾₁",
        "q⁽²⁾₃",
        "k⁽¹⁾₂",
        "wᵛ₂₁",
        "b^q₃",
        "s⁽²⁾₂₁",
        "p⁽²⁾₂₁",
        "o⁽²˙²⁾₁",
        "y⁽²⁾₄",
    } <= names
