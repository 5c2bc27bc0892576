"""Embedding and SelfAttention: tokens as vectors, and vectors that look at one another."""

from collections.abc import Iterable, Iterator
from math import sqrt
from numbers import Integral
from random import Random
from typing import Any

from engine import Index, Value, choose, dot, no_grad, scope, softmax
from engine.drawing.blocks import Block, Body, Grid, Grids
from engine.drawing.cells import attention_diagram
from engine.keywords import explain_keywords
from engine.messages import counted, shown
from engine.value import Number
from engine.vector import Vector
from nn.blocks import make_block
from nn.checks import as_nonempty_list, as_values, as_vector, check_size, items_of, were_given
from nn.layers.dense import Layer
from nn.module import Module
from nn.randomness import generator

Values = list[Value]


class Embedding(Module):
    """n_tokens vectors of `size` parameters each: a token t stands for vector t.

    A token is an int from 0 to n_tokens - 1, or n_tokens numbers or Values p, which give
    Σ p_t · vector_t: one vector where p is one-hot, a mixture where p are probabilities. Call it on
    one token, for `size` Values, or on a list of tokens, for a list of vectors. Whole numbers of
    type int are always tokens: write a one-hot list as [0.0, 1.0, 0.0]. So are leaves of the kind
    `Index`, which samples of ints are in `fit` and `predict`: (n, steps). A Program looks vectors
    up by these, however many there are.

    `vectors` start normally distributed, N(0, 1), drawn from `rng` (by default nn's own generator:
    see `nn.seed`). Raises ValueError for a size < 1, a token out of range, a wrong number of p, or
    an empty list; TypeError for a list in which tokens and numbers are mixed. Bengio, Ducharme,
    Vincent and Jauvin, A neural probabilistic language model (2003).

    >>> embedding = Embedding(3, 2, rng=Random(0))
    >>> [round(x.data, 2) for x in embedding(1)]
    [-0.68, 0.37]
    >>> [round(x.data, 2) for x in embedding([0.0, 1.0, 0.0])]
    [-0.68, 0.37]
    >>> len(embedding([2, 0, 1, 1]))
    4
    """

    @explain_keywords
    def __init__(self, n_tokens: int, size: int, *, rng: Random | None = None) -> None:
        check_size(n_tokens, "n_tokens", where=self.place())
        check_size(size, "size", where=self.place())
        draw = generator(rng).gauss
        self.n_tokens, self.size = n_tokens, size
        self.vectors = [
            [Value(draw(0.0, 1.0), f"e{token},{i}") for i in range(1, size + 1)]
            for token in range(n_tokens)
        ]

    def forward(self, tokens: Any) -> Any:
        """The vector of a token, or a list of the vectors of a list of tokens."""
        where = self.place()
        if isinstance(tokens, (Integral, Index)):
            return self._look_up(tokens, where)
        if items_of(tokens) is None:
            needed = f"a token, an int from 0 to {self.n_tokens - 1}, or a list of them, is needed"
            raise TypeError(f"{where}: {needed}, but {shown(tokens)} was given")
        given = as_nonempty_list(tokens, "token", where=where)
        entries = [entry if (items := items_of(entry)) is None else items for entry in given]
        kinds = {classify_entry(entry) for entry in entries}
        if kinds == {"number"}:
            return self._look_up(entries, where)
        if "number" in kinds:
            raise TypeError(f"{where}: tokens and numbers are mixed in {shown(entries)}")
        return [
            self._look_up(t, f"{where}: position {k}", label=f"x^({k})")
            for k, t in enumerate(entries, 1)
        ]

    def _look_up(self, token: Any, where: str, *, label: str = "x") -> Values:
        if isinstance(token, (Integral, Index)):
            number = int(token.data if isinstance(token, Index) else token)
            if not 0 <= number < self.n_tokens:
                needed = f"must be from 0 to {self.n_tokens - 1}"
                raise ValueError(f"{where}: the token is {shown(number)}, but {needed}")
            if isinstance(token, Index):
                return [choose(token, column) for column in zip(*self.vectors)]
            return list(self.vectors[number])
        if len(token) != self.n_tokens:
            raise ValueError(
                f"{where}: {were_given(len(token), 'input')}, but {self.n_tokens} are needed; "
                "tokens are ints from 0 on, one list of them at a time; in fit and predict an "
                "array of ints, none of them below 0"
            )
        shares = as_vector(token, self.n_tokens, where=where, label=label)
        return [dot(column, shares) for column in zip(*self.vectors)]

    def as_block(self, inputs: Any = None) -> Block:
        """The vectors as rows of a grid."""
        rows = [[number.data for number in vector] for vector in self.vectors]
        table = Grids([[Grid(rows, "a row for each token", weights=True)]])
        lines = ["token t is vector t"]
        return make_block(
            self,
            inputs,
            lines=lines,
            bodies=[table],
            given="tokens",
            returned=f"tokens × {self.size}",
        )

    def __repr__(self) -> str:
        return f"Embedding({self.n_tokens} tokens → {self.size}, {self._describe_size()})"


def classify_entry(entry: object) -> str:
    """What an entry of a list of tokens is."""
    if isinstance(entry, (Integral, Index)):
        return "token"
    return "list" if isinstance(entry, list) else "number"


class SelfAttention(Module):
    """Every position asks all positions, and receives a mixture of their values.

    From each vector x come a query q = W_q x + b_q, a key k = W_k x + b_k and a value
    v = W_v x + b_v, cut into `heads` pieces of d = size / heads numbers. Each head computes
    o_i = Σ_j p_ij v_j with p_i = softmax_j(q_i · k_j / √d), over all positions j, or over j ≤ i
    where it is causal. The pieces of o_i, one after the other, go through W_o o_i + b_o.
    b_k changes no p_ij, as it adds one number to all scores of q_i: its gradient is 0 but for
    rounding, by which Adam, or a penalty, may still move it; no output is another for that.

    It takes a list of positions, each of `size` numbers or Values, and returns as many of the same
    size. `query`, `key`, `value` and `output` are the layers, which start as `Layer` does. Raises
    ValueError for a size or heads < 1, a size that is not a multiple of heads, no positions, or one
    of another size. With `bias=False` no b is added anywhere. Vaswani and others, Attention is all
    you need (2017), section 3.2.

    >>> attention = SelfAttention(4, heads=2, causal=True)
    >>> attention
    SelfAttention(4, 2 heads, causal, 80 parameters)
    >>> [len(x) for x in attention([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1]])]
    [4, 4, 4]
    """

    @explain_keywords
    def __init__(
        self,
        size: int,
        heads: int = 1,
        *,
        causal: bool = False,
        bias: bool = True,
        rng: Random | None = None,
    ) -> None:
        check_size(size, "size", where=self.place())
        check_size(heads, "heads", where=self.place())
        if size % heads:
            raise ValueError(
                f"{self.place()}: size is {size} and heads is {heads}, "
                "but size must be a multiple of heads"
            )
        self.size, self.heads, self.causal = size, heads, causal
        self.query = self._make_projection("query", "q", bias, rng)
        self.key = self._make_projection("key", "k", bias, rng)
        self.value = self._make_projection("value", "v", bias, rng)
        self.output = self._make_projection("output", "o", bias, rng)

    def _make_projection(self, name: str, sign: str, bias: bool, rng: Random | None) -> Layer:
        with scope(name):
            layer = Layer(self.size, self.size, "identity", bias=bias, rng=rng)
        for parameter in layer.parameters():
            parameter.label = f"{parameter.label[0]}^{sign}{parameter.label[1:]}"
        return layer

    def forward(self, positions: Iterable[Iterable[Number]]) -> list[Values]:
        """What every position receives."""
        place = self.place()
        xs = [
            as_vector(x, self.size, where=f"{place}: position {k}", label=f"x^({k})")
            for k, x in enumerate(as_nonempty_list(positions, "position", where=place), start=1)
        ]
        layers = {"q": self.query, "k": self.key, "v": self.value}
        projected = [
            [layer(x, z=f"{sign}^({k})") for k, x in enumerate(xs, start=1)]
            for sign, layer in layers.items()
        ]
        received: list[Values] = [[] for _ in xs]
        for head, piece in enumerate(self._pieces(), start=1):
            queries, keys, values = [[x[piece] for x in xs] for xs in projected]
            with scope(f"head {head}"):
                for vector, more in zip(received, self._mix(queries, keys, values)):
                    vector += more
        return [self.output(vector, z=f"y^({k})") for k, vector in enumerate(received, start=1)]

    def _mix(self, queries: list[Values], keys: list[Values], values: list[Values]) -> list[Values]:
        """Σ_j p_ij v_j for every position i."""
        mixed = []
        for i, row in enumerate(self._shares(queries, keys), start=1):
            shares = Vector(row)
            mixed.append([dot(shares, column) for column in zip(*values[: len(row)])])
            for d, number in enumerate(mixed[-1], start=1):
                number.label = f"o^({i}){d}"
        return mixed

    def _shares(self, queries: list[Values], keys: list[Values]) -> Iterator[Values]:
        """For every position i p_ij of those positions j that it sees."""
        asked = [Vector(key) for key in keys]
        for i, query in enumerate(map(Vector, queries), start=1):
            last = i if self.causal else len(keys)
            scores = [dot(query, key) / sqrt(len(query)) for key in asked[:last]]
            shares = softmax(scores)
            for j, (score, share) in enumerate(zip(scores, shares), start=1):
                score.label, share.label = f"s{i},{j}", f"p{i},{j}"
            yield shares

    def _pieces(self) -> list[slice]:
        """The numbers of each head among those of a query, a key or a value."""
        width = self.size // self.heads
        return [slice(start, start + width) for start in range(0, self.size, width)]

    def as_block(self, inputs: Any = None) -> Block:
        """How q, k and v come to y; with inputs, the shares p of each head."""
        width = self.size // self.heads
        lines = [
            "qᵢ, kᵢ, vᵢ = W xᵢ + b, each with its own W, b"
            if self.query.neurons[0].has_bias
            else "qᵢ, kᵢ, vᵢ = W xᵢ, each with its own W",
            "pᵢⱼ = softmaxⱼ(qᵢ · kⱼ / √d)" + (" for j ≤ i" if self.causal else ""),
            f"{counted(self.heads, 'head')}: each has d = {width} of the {self.size} numbers",
        ]
        bodies: list[Body] = [attention_diagram(causal=self.causal)]
        if inputs is not None:
            bodies.append(Grids([[grid] for grid in self._shares_as_grids(inputs)]))
        shape = f"positions × {self.size}"
        return make_block(self, inputs, lines=lines, bodies=bodies, given=shape, returned=shape)

    def _shares_as_grids(self, inputs: Any) -> list[Grid]:
        """p of every head: a row for each position i, a column for each j."""
        positions = [as_values(x, self.size, where=self.place()) for x in inputs]
        grids = []
        with no_grad():
            projected = [[layer(x) for x in positions] for layer in (self.query, self.key)]
            for head, piece in enumerate(self._pieces(), start=1):
                shares = self._shares(*[[x[piece] for x in xs] for xs in projected])
                rows = [
                    [*[p.data for p in row], *[None] * (len(positions) - len(row))]
                    for row in shares
                ]
                title = "p" if self.heads == 1 else f"p of head {head}"
                grids.append(Grid(rows, title, "row i, column j"))
        return grids

    def __repr__(self) -> str:
        heads = "1 head" if self.heads == 1 else f"{self.heads} heads"
        causal = ", causal" if self.causal else ""
        no_bias = "" if self.query.neurons[0].has_bias else ", no bias"
        return f"SelfAttention({self.size}, {heads}{causal}{no_bias}, {self._describe_size()})"
