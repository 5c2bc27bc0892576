"""Attention in a graph: each head's queries, keys, values, and the shares p that mix the values."""

from dataclasses import dataclass
from typing import Any

from engine.explorer.layers import add_to_last, halves, is_dot, is_of_unit, is_weighing
from engine.names import read_name
from engine.value import Value

Rows = list[tuple[Value, ...]]
Pairs = dict[tuple[int, int], Value]


@dataclass(frozen=True, slots=True)
class Head:
    """Row i belongs to position i; a row of p ends where a position sees no further ones."""

    q: Rows
    k: Rows
    v: Rows
    p: Rows
    o: Rows


@dataclass(frozen=True, slots=True)
class Attention:
    """The heads that see the same positions x, which are none where they are not to be found."""

    scope: str
    x: Rows
    heads: list[Head]

    def contents(self, place: dict[Value, int]) -> dict[str, Any]:
        """What the page needs, by the numbers of nodes."""

        def numbers(rows: Rows) -> list[list[int]]:
            return [[place[node] for node in row] for row in rows]

        heads = [
            {name: numbers(getattr(head, name)) for name in ("q", "k", "v", "p", "o")}
            for head in self.heads
        ]
        return {"kind": "attention", "x": numbers(self.x), "heads": heads}


def find_attention(order: list[Value]) -> list[Attention]:
    """In the order in which it is computed; of a batch, one for each sample."""
    scopes: dict[str, list[Value]] = {}
    for node in order:
        if is_of_unit(node.scope, "head") and node.inputs:
            scopes.setdefault(node.scope, []).append(node)
    found: dict[tuple[str, int], list[Head]] = {}
    for scope, nodes in scopes.items():
        scores, shares = named("s", nodes), named("p", nodes)
        for number, (own, mixing) in enumerate(zip(scores, shares)):
            head = make_head(own, mixing, nodes)
            if head is not None:
                found.setdefault((scope.rpartition("/")[0], number), []).append(head)
    return [Attention(scope, positions(heads), heads) for (scope, _), heads in found.items()]


def named(letter: str, nodes: list[Value]) -> list[Pairs]:
    """The nodes p₁₁, p₁₂, … by their two numbers, for each sample."""
    samples: list[Pairs] = [{}]
    for node in nodes:
        name = read_name(node.label)
        if name.base != letter or len(name.subscripts) != 2:
            continue
        i, j = (int(each) if each.isdecimal() else 0 for each in name.subscripts)
        add_to_last(samples, (i, j), node)
    return samples


def make_head(scores: Pairs, shares: Pairs, nodes: list[Value]) -> Head | None:
    """None where these are not the scores, the shares and the mixtures of attention."""
    if not shares:
        return None
    count = max(i for i, _ in shares)
    seen = [[j for j in range(1, count + 1) if (i, j) in shares] for i in range(1, count + 1)]
    whole = scores.keys() == shares.keys() and all(seen) and len(seen[-1]) == count
    products = {pair: score.inputs[0] for pair, score in scores.items()}
    if not whole or not all(map(is_dot, products.values())):
        return None
    p = [tuple(shares[i, j] for j in row) for i, row in enumerate(seen, start=1)]
    o: dict[tuple[Value, ...], list[Value]] = {row: [] for row in p}
    for node in filter(is_dot, nodes):
        o.get(halves(node)[0], []).append(node)
    if not all(o.values()):
        return None
    return Head(
        q=[halves(products[i, 1])[0] for i in range(1, count + 1)],
        k=[halves(products[count, j])[1] for j in range(1, count + 1)],
        v=list(zip(*[halves(node)[1] for node in o[p[-1]]])),
        p=p,
        o=[tuple(o[row]) for row in p],
    )


def positions(heads: list[Head]) -> Rows:
    """What the queries are made of."""
    products = [row[0].inputs[0] for row in heads[0].q if row[0].inputs]
    if len(products) < len(heads[0].q) or not all(map(is_weighing, products)):
        return []
    return [halves(product)[1] for product in products]
