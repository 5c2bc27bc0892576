"""Attention is found in graphs, and the page's board links shares with queries, keys and values."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value, dot, scope
from engine.explorer.attention import find_attention
from engine.graph import topological_order
from nn import SelfAttention, Sequential, mean_squared_error
from tests.engine.explorer.shared import page_data

Run = Callable[..., Any]


def positions_of(count: int, size: int) -> list[list[Value]]:
    return [[Value(0.3 * i - 0.2 * d * d, f"x{i},{d}") for d in range(size)] for i in range(count)]


def loss_of(*outputs: Any) -> Value:
    flat = [[number for vector in output for number in vector] for output in outputs]
    return mean_squared_error(flat, [[0.0] * len(flat[0])] * len(flat))


@given(
    heads=st.integers(1, 3),
    width=st.integers(1, 3),
    count=st.integers(1, 4),
    causal=st.booleans(),
    samples=st.integers(1, 3),
)
def test_attention_is_found_as_it_was_made(
    heads: int, width: int, count: int, causal: bool, samples: int
) -> None:
    layer = SelfAttention(heads * width, heads, causal=causal)
    xs = [positions_of(count, heads * width) for _ in range(samples)]
    all_found = find_attention(topological_order([loss_of(*map(layer, xs))]))
    assert len(all_found) == samples
    for found, x in zip(all_found, xs):
        assert found.x == [tuple(vector) for vector in x]
        assert len(found.heads) == heads
        for head in found.heads:
            assert [len(row) for row in head.p] == [
                i + 1 if causal else count for i in range(count)
            ]
            for i, row in enumerate(head.p):
                assert sum(share.data for share in row) == pytest.approx(1.0)
                for j, share in enumerate(row):
                    score = dot(head.q[i], head.k[j]).data / width**0.5
                    first = dot(head.q[i], head.k[0]).data / width**0.5
                    assert share.data / row[0].data == pytest.approx(
                        Value(score - first).exp().data
                    )
                mixed = [dot(row, column).data for column in zip(*head.v[: len(row)])]
                assert [number.data for number in head.o[i]] == pytest.approx(mixed)


def test_each_layer_has_its_own_and_the_page_a_view_of_it() -> None:
    model = Sequential(SelfAttention(2), SelfAttention(2, 2))
    data = page_data(loss_of(model(positions_of(2, 2))))
    others = [(view["level"], view["title"]) for view in data["views"] if view["level"] < -1]
    assert others == [(-4, "1: SelfAttention"), (-3, "2: SelfAttention")]
    assert [len(view["board"]["heads"]) for view in data["views"] if "board" in view] == [1, 2]


def test_what_only_has_the_names_is_left_to_the_nodes() -> None:
    p = Value(1.0, "x") * 2
    p.scope, p.label = "head 1", "p1,1"
    assert find_attention(topological_order([p + 1])) == []
    heads = []
    for name in ("head 1", "head 2"):
        with scope(name):
            heads.append(Value(0.5, "x") * 2.0 + 1.0)
    assert find_attention(topological_order([heads[0] * heads[1]])) == []


BOARD = """
const graph = new Graph(given.data, []);
const session = new Session(graph);
const { story } = session;
const { board } = story;
const panels = [...board.first, ...board.tiles.flat()];
return {
  panels: panels.map(({ id, rows, columns, node }) => [id, rows, columns,
    Array.from({ length: rows * columns }, (_, k) => (node(k) === null ? "" : 1)).join("|")]),
  stops: session.stops,
  last: graph.stepCount,
  sentences: session.stops.map((stop) => story.sentence(session.momentAt(stop))),
  figures: session.stops.map((stop) => story.figures(session.momentAt(stop)).map(
    ({ name, rows, columns, sign }) => [sign + name, rows, columns])),
  leaves: story.leaves.map((leaf) => graph.names[leaf]),
  marks: given.foci.map((focus) => board.marks(focus).map(({ id, x, y, width, height }) =>
    [id, x, y, width, height])),
};
"""


@pytest.mark.parametrize(
    ("causal", "positions", "keys"),
    [
        (True, "itself and those before it", "the keys up to its own"),
        (False, "all positions", "each key"),
    ],
)
def test_the_sentences_say_whom_a_position_asks(
    causal: bool, positions: str, keys: str, run_node: Run
) -> None:
    layer = SelfAttention(2, 1, causal=causal)
    found = run_node(BOARD, {"data": page_data(loss_of(layer(positions_of(3, 2)))), "foci": []})
    first, second, *_ = found["sentences"]
    assert first.startswith(f"Every position asks {positions}. Point at a cell")
    assert second.startswith(f"Head 1: the query of position 1 meets {keys}; softmax")


def test_the_board_of_two_causal_heads(run_node: Run) -> None:
    layer = SelfAttention(4, 2, causal=True)
    cells = {"p 1": 7, "q 0": 2, "k 0": 2, "v 1": 2, "o 1": 5, "x": 4}
    foci = [{"id": id, "cell": cell} for id, cell in cells.items()]
    data = page_data(loss_of(layer(positions_of(3, 4))))
    found = run_node(BOARD, {"data": data, "foci": foci})
    sizes = {id: (rows, columns) for id, rows, columns, _ in found["panels"]}
    each = {f"{letter} {h}": (3, 3 if letter == "p" else 2) for h in (0, 1) for letter in "qkpvo"}
    assert sizes == {"x": (3, 4), **each}
    shown = {id: cells for id, _, _, cells in found["panels"]}
    assert shown["p 0"] == "1|||1|1||1|1|1"
    assert found["stops"][-1] == found["last"] and len(found["stops"]) == 1 + 2 * 2 * 3 + 1 + 4
    assert found["figures"][1] == [["q", 1, 2], ["·k", 3, 2], ["→p", 1, 1]]
    assert found["figures"][2] == [["p", 1, 1], ["·v", 3, 2], ["=o", 1, 2]]
    assert len(found["leaves"]) == 12 and found["leaves"][0] == "x₀₀"
    share, query, key, value, mixture, position = found["marks"]
    assert share == [
        ["p 1", 1, 2, 1, 1],
        ["q 1", 0, 2, 2, 1],
        ["k 1", 0, 1, 2, 1],
        ["v 1", 0, 1, 2, 1],
        ["o 1", 0, 2, 2, 1],
    ]
    assert query == [["q 0", 0, 1, 2, 1], ["p 0", 0, 1, 3, 1], ["o 0", 0, 1, 2, 1]]
    assert key == [["k 0", 0, 1, 2, 1], ["p 0", 1, 0, 1, 3]]
    assert value == [["v 1", 0, 1, 2, 1], ["p 1", 1, 0, 1, 3]]
    assert mixture == [["o 1", 1, 2, 1, 1], ["p 1", 0, 2, 3, 1], ["v 1", 1, 0, 1, 3]]
    assert position == [
        ["x", 0, 1, 4, 1],
        *[[f"{letter} {h}", 0, 1, 2, 1] for h in (0, 1) for letter in "qkv"],
    ]


def test_groups_of_grids_are_not_torn(run_node: Run) -> None:
    script = """
const panel = (k) => ({ id: k, title: "p", rows: 4, columns: 4, node: () => 0 });
const tiles = Array.from({ length: 15 }, (_, k) => [panel(`${k}`)]);
const found = placed({ first: [], tiles, group: 5 }, given);
return found.map(({ panel, y }) => [Number(panel.id), y]);
"""
    for room in ({"width": 700, "height": 500}, {"width": 300, "height": 600}):
        rows: dict[int, list[int]] = {}
        for k, y in run_node(script, room):
            rows.setdefault(y, []).append(k)
        counts = {len(row) for row in rows.values()}
        assert counts <= {1, 5, 10, 15}
