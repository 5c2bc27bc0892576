"""A GPT of any size, out of nn's layers: what comes next, at every position of a text.

Radford, Narasimhan, Salimans and Sutskever, Improving language understanding by generative
pre-training (2018); without biases, and with root mean squares for the norms, as in newer ones.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from engine import Value, choose, logsumexp, scope, sum
from nn import Embedding, Layer, Module, RMSNorm, SelfAttention

Vector = list[Value]
SPREAD = 0.08  # the standard deviation of the first weights


class GPT(Module):
    """Tokens in, and for each position the logits of the token that follows.

    A token is an int, an `Index`, or one-hot numbers. There may be up to `n_positions` of them. A
    position sees itself and those before it.

    >>> model = GPT(27, seed=1)
    >>> len(model.parameters())
    4192
    >>> logits = model([0, 1, 14, 14, 1])
    >>> len(logits), len(logits[0])
    (5, 27)
    """

    def __init__(
        self,
        n_tokens: int,
        *,
        width: int = 16,
        n_positions: int = 16,
        heads: int = 4,
        n_blocks: int = 1,
        seed: int = 0,
    ) -> None:
        rng = Random(seed)
        with scope("embedding"):
            self.tokens = Embedding(n_tokens, width, rng=rng)
            self.positions = Embedding(n_positions, width, rng=rng)
        self.norm = RMSNorm(width, gain=False)
        self.blocks = []
        for number in range(1, n_blocks + 1):
            with scope(f"block {number}"):
                self.blocks.append(GPTBlock(width, heads))
        with scope("output"):
            self.output = Layer(width, n_tokens, "identity", bias=False)
        for parameter in self.parameters():
            parameter.data = rng.gauss(0.0, SPREAD)

    def forward(self, tokens: Sequence[Any]) -> list[Vector]:
        """The logits at every position."""
        with scope("embedding"):
            places = self.positions(list(range(len(tokens))))
            pairs = zip(self.tokens(tokens), places)
            xs = [self.norm(add(token, place)) for token, place in pairs]
        for block in self.blocks:
            xs = block(xs)
        return [self.output(x, z="logit") for x in xs]


class GPTBlock(Module):
    """Every position looks at those before it, then goes through two layers of its own; what each
    of the two gives is added to it."""

    def __init__(self, width: int, heads: int) -> None:
        self.norm = RMSNorm(width, gain=False)
        with scope("attention"):
            self.attention = SelfAttention(width, heads, causal=True, bias=False)
        with scope("widen"):
            self.widen = Layer(width, 4 * width, "relu", bias=False)
        with scope("narrow"):
            self.narrow = Layer(4 * width, width, "identity", bias=False)

    def forward(self, xs: list[Vector]) -> list[Vector]:
        """x + attention(norm(x)), and to that y + narrow(widen(norm(y))), at each position."""
        seen = self.attention([self.norm(x) for x in xs])
        xs = [add(x, y) for x, y in zip(xs, seen)]
        return [add(x, self.narrow(self.widen(self.norm(x)))) for x in xs]


def add(x: Vector, y: Vector) -> Vector:
    return [a + b for a, b in zip(x, y)]


def next_token_loss(logits: list[Vector], tokens: Sequence[Any], weights: Sequence[Any]) -> Value:
    """-Σ_t weight_t log softmax(logits_t)[token_t], for the token that follows each position.

    A position after the end has the weight 0, and any token.

    >>> from math import isclose, log
    >>> loss = next_token_loss([[Value(0.0)] * 4] * 2, [3, 0], [1.0, 0.0])
    >>> isclose(loss.data, log(4))
    True
    """
    with scope("loss"):
        rows = zip(logits, tokens, weights)
        return sum([weight * (logsumexp(each) - choose(t, each)) for each, t, weight in rows])
