"""Convolutions are found in graphs, and the page's board shows what belongs together."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import Value
from engine.explorer.contents import MOST_BOARDS
from engine.explorer.convolutions import Convolution, find_convolutions
from engine.graph import topological_order
from nn import Conv2d, Flatten, Layer, MaxPool2d, Sequential, mean_squared_error
from tests.engine.explorer.shared import page_data

Run = Callable[..., Any]
SMALL = st.integers(1, 3)
few = settings(max_examples=max(1, settings().max_examples // 3))  # node begins anew for each


def image_of(channels: int, rows: int, columns: int) -> list[list[list[Value]]]:
    return [
        [[Value(r + 0.1 * c - ch, f"x{ch},{r},{c}") for c in range(columns)] for r in range(rows)]
        for ch in range(channels)
    ]


def loss_of(*outputs: Any) -> Value:
    flat = [[x for channel in output for row in channel for x in row] for output in outputs]
    return mean_squared_error(flat, [[0.0] * len(flat[0])] * len(flat))


def found_in(output: Value) -> list[Convolution]:
    return find_convolutions(topological_order([output]))


@given(SMALL, SMALL, SMALL, SMALL, st.integers(0, 2), SMALL, SMALL, st.booleans())
def test_a_convolution_is_found_as_it_was_made(
    channels: int,
    kernels: int,
    size: int,
    stride: int,
    padding: int,
    more: int,
    wider: int,
    has_activation: bool,
) -> None:
    layer = Conv2d(
        channels,
        kernels,
        size,
        "tanh" if has_activation else "identity",
        stride=min(stride, size),
        padding=padding,
    )
    maps = layer(image_of(channels, size + more, size + wider))
    (found,) = found_in(loss_of(maps))
    assert (found.channels, found.size) == (channels, size)
    assert found.columns == len(maps[0][0])
    if len(maps[0]) > 1 or len(maps[0][0]) > 1:
        assert found.stride == layer.stride
    assert [[n.a for n in kernel] for kernel in found.kernels] == [
        [a for row in channel for a in row] for channel in maps
    ]
    for kernel, made in zip(found.kernels, layer.kernels):
        assert all(n.weights == tuple(made.weights) and n.bias is made.bias for n in kernel)


def test_each_sample_of_a_batch_and_each_layer_has_its_own() -> None:
    model = Sequential(Conv2d(1, 2, 2), Conv2d(2, 1, 2))
    outputs = [model(image_of(1, 4, 4)) for _ in range(3)]
    found = found_in(loss_of(*outputs))
    scopes = [convolution.scope for convolution in found]
    assert scopes == ["1: Conv2d"] * 3 + ["2: Conv2d"] * 3
    assert [len(convolution.kernels) for convolution in found] == [2] * 3 + [1] * 3
    last = {neuron.a for convolution in found[3:] for neuron in convolution.kernels[0]}
    assert last == {a for (channel,) in outputs for row in channel for a in row}


def test_each_sample_s_board_says_which_sample_it_is() -> None:
    layer = Conv2d(1, 1, 2)
    data = page_data(loss_of(*[layer(image_of(1, 3, 3)) for _ in range(2)]))
    titles = [view["title"] for view in data["views"] if "board" in view]
    assert titles == ["convolution, sample 1", "convolution, sample 2"]


def test_of_many_samples_the_first_have_boards() -> None:
    layer = Conv2d(1, 1, 1)
    data = page_data(loss_of(*[layer(image_of(1, 1, 1)) for _ in range(12)]))
    assert sum("board" in view for view in data["views"]) == MOST_BOARDS


@pytest.mark.parametrize("label", ["odd", "z1", "z1,2,3", "", "z0,1", "z9,9"])
def test_what_is_no_row_of_windows_is_left_to_the_nodes(label: str) -> None:
    maps = Conv2d(1, 1, 2, "identity")(image_of(1, 3, 3))
    maps[0][0][0].label = label
    assert found_in(loss_of(maps)) == []


def test_weights_of_other_names_are_left_to_the_nodes() -> None:
    layer = Conv2d(1, 1, 2)
    layer.kernels[0].weights[-1].label = "last"
    assert found_in(loss_of(layer(image_of(1, 3, 3)))) == []


def test_the_page_opens_with_the_first_board_and_has_one_for_each_layer() -> None:
    model = Sequential(Conv2d(1, 2, 2), Conv2d(2, 2, 2), Flatten(), Layer(8, 3))
    data = page_data(mean_squared_error([model(image_of(1, 4, 4))], [[0.0] * 3]))
    others = [(view["level"], view.get("title")) for view in data["views"] if view["level"] < -1]
    assert others == [(-4, "1: Conv2d"), (-3, "2: Conv2d"), (-2, "the net")]
    assert data["views"][data["view"]]["title"] == "1: Conv2d"
    alone = page_data(loss_of(Conv2d(1, 1, 2)(image_of(1, 3, 3))))
    assert alone["views"][alone["view"]]["title"] == "convolution"


BOARD = """
const graph = new Graph(given.data, given.data.forms.map(() => null));
graph.editable = false;
const session = new Session(graph);
const { story } = session;
const { board } = story;
const panels = [...board.first, ...board.tiles.flat()];
const texts = ({ rows, columns, node }) => Array.from({ length: rows * columns },
  (_, k) => (node(k) === null ? "" : graph.names[node(k)]));
const shown = given.foci.map((focus) => {
  board.look(focus);
  return { marks: board.marks(focus), window: texts(board.first[board.first.length - 1]) };
});
return {
  panels: panels.map((panel) => [panel.id, panel.rows, panel.columns, texts(panel)]),
  stops: session.stops,
  last: graph.stepCount,
  foci: session.stops.map((stop) => story.focusAt(stop)),
  sentences: session.stops.map((stop) => story.sentence(session.momentAt(stop))),
  figures: story.figures(session.momentAt(session.stops[1])).map(({ name, rows, columns, sign }) =>
    [sign + name, rows, columns]),
  shown,
};
"""


def test_the_board_of_an_image_with_two_kernels(run_node: Run) -> None:
    layer = Conv2d(1, 2, 2, "tanh")
    maps = layer(image_of(1, 3, 4))
    foci = [
        {"id": "map 1", "cell": 4},
        {"id": "image 0", "cell": 5},
        {"id": "kernel 0", "cell": 3},
        {"id": "image 0", "cell": 0},
    ]
    found = run_node(BOARD, {"data": page_data(loss_of(maps)), "foci": foci})
    sizes = {id: (rows, columns) for id, rows, columns, _ in found["panels"]}
    assert sizes == {
        "image 0": (3, 4),
        "window": (2, 2),
        **{f"{kind} {k}": size for k in (0, 1) for kind, size in KINDS.items()},
    }
    image = {id: texts for id, _, _, texts in found["panels"]}["image 0"]
    assert image[:4] == ["x₀₀₀", "x₀₀₁", "x₀₀₂", "x₀₀₃"] and image[-1] == "x₀₂₃"
    assert len(found["stops"]) == 1 + 12 + 1 + 2 and found["stops"][-1] == found["last"]
    assert found["foci"][1:13] == [
        {"id": f"map {k}", "cell": cell} for k in (0, 1) for cell in range(6)
    ]
    said = f"row 1, column 1 of its map: {maps[0][0][0].data:.4g}."
    assert found["sentences"][1].replace("−", "-").endswith(said)
    assert [name for name, _, _ in found["figures"]] == ["x", "·w", "+b", "=z", "→a"]
    one, pixel, weight, corner = found["shown"]
    assert one["window"] == ["x₀₁₁", "x₀₁₂", "x₀₂₁", "x₀₂₂"]
    assert one["marks"] == [
        {"id": "image 0", "x": 1, "y": 1, "width": 2, "height": 2},
        {"id": "kernel 1", "x": 0, "y": 0, "width": 2, "height": 2},
        {"id": "map 1", "x": 1, "y": 1, "width": 1, "height": 1},
    ]
    assert pixel["marks"][1:] == [
        {"id": f"map {k}", "x": 0, "y": 0, "width": 2, "height": 2} for k in (0, 1)
    ]
    assert corner["marks"][1:] == [
        {"id": f"map {k}", "x": 0, "y": 0, "width": 1, "height": 1} for k in (0, 1)
    ]
    under = {"id": "image 0", "x": 2, "y": 2, "width": 1, "height": 1}
    assert under in weight["marks"]
    assert {"id": "kernel 0", "x": 1, "y": 1, "width": 1, "height": 1} in weight["marks"]


def test_of_many_kernels_the_first_are_drawn_and_told(run_node: Run) -> None:
    data = page_data(loss_of(Conv2d(1, 14, 2)(image_of(1, 2, 2))))
    found = run_node(BOARD, {"data": data, "foci": []})
    assert found["sentences"][0].endswith("The first 12 of 14 kernels are drawn.")
    kernels = {id for id, _, _, _ in found["panels"] if id.startswith("kernel")}
    assert len(kernels) == 12 and len(found["stops"]) == 1 + 12 + 1 + 2


KINDS = {"kernel": (2, 2), "map": (2, 3)}


@few
@given(
    channels=st.integers(1, 2),
    size=st.integers(1, 3),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    more=st.integers(0, 3),
)
@example(channels=2, size=3, stride=2, padding=1, more=2)
def test_the_window_that_is_marked_holds_what_the_map_s_cell_was_made_of(
    run_node: Run, channels: int, size: int, stride: int, padding: int, more: int
) -> None:
    layer = Conv2d(channels, 1, size, stride=min(stride, size), padding=padding)
    data = page_data(loss_of(layer(image_of(channels, size + more, size + more))))
    (board,) = [view["board"] for view in data["views"] if "board" in view]
    foci = [{"id": "map 0", "cell": cell} for cell in range(len(board["z"][0]))]
    found = run_node(BOARD, {"data": data, "foci": foci})
    panels = {id: (columns, texts) for id, _, columns, texts in found["panels"]}
    for focus, shown in zip(foci, found["shown"]):
        dot = data["inputs"][board["z"][0][focus["cell"]]][0]
        seen = [data["names"][node] for node in data["inputs"][dot][channels * size**2 :]]
        under = []
        for mark in shown["marks"][:channels]:
            columns, texts = panels[mark["id"]]
            for y in range(mark["height"]):
                start = (mark["y"] + y) * columns + mark["x"]
                under += texts[start : start + mark["width"]]
        assert under == seen
        assert sorted(filter(None, shown["window"])) == sorted(seen)


@few
@given(
    size=st.integers(1, 3),
    stride=st.integers(1, 3),
    padding=st.integers(0, 1),
    rows=st.integers(0, 3),
    columns=st.integers(0, 3),
)
@example(size=3, stride=2, padding=1, rows=3, columns=2)
def test_a_pixel_marks_the_cells_whose_windows_see_it(
    run_node: Run, size: int, stride: int, padding: int, rows: int, columns: int
) -> None:
    layer = Conv2d(1, 1, size, stride=min(stride, size), padding=padding)
    data = page_data(loss_of(layer(image_of(1, size + rows, size + columns))))
    (board,) = [view["board"] for view in data["views"] if "board" in view]
    across, step = board["columns"], board["stride"]
    down = len(board["z"][0]) // across
    height, width = (step * (count - 1) + size for count in (down, across))
    foci = [{"id": "image 0", "cell": cell} for cell in range(height * width)]
    shown = run_node(BOARD, {"data": data, "foci": foci})["shown"]
    for cell, each in enumerate(shown):
        y, x = divmod(cell, width)
        (mark,) = [mark for mark in each["marks"] if mark["id"] == "map 0"]
        seeing = {
            (r, c)
            for r in range(down)
            for c in range(across)
            if 0 <= y - r * step < size and 0 <= x - c * step < size
        }
        marked = {
            (mark["y"] + r, mark["x"] + c)
            for r in range(mark["height"])
            for c in range(mark["width"])
        }
        assert marked == seeing


LAID_OUT = """
const panel = (id) => ({ id, title: id, rows: given.rows, columns: given.columns, node: () => 0 });
const first = Array.from({ length: given.first }, (_, k) => panel(`f${k}`));
const tiles = Array.from({ length: given.tiles }, (_, k) => [panel(`k${k}`), panel(`m${k}`)]);
return placed({ first, tiles }, given.room).map(({ panel, x, y, cell }) => (
  { x, y, width: panel.columns * cell, height: panel.rows * cell }));
"""


@pytest.mark.parametrize("room", [(960, 640), (560, 520), (350, 300), (420, 150)], ids=str)
@pytest.mark.parametrize(("side", "tiles"), [(3, 1), (6, 3), (8, 12), (26, 8)])
def test_grids_of_a_board_stand_apart_and_in_the_room(
    run_node: Run, room: tuple[int, int], side: int, tiles: int
) -> None:
    width, height = room
    given = {"rows": side, "columns": side, "first": 2, "tiles": tiles}
    boxes = run_node(LAID_OUT, {**given, "room": {"width": width, "height": height}})
    assert len(boxes) == 2 + 2 * tiles
    fits = boxes[0]["width"] > 2 * side
    for k, a in enumerate(boxes):
        if fits:
            assert a["x"] >= 0 and a["x"] + a["width"] <= width
            assert a["y"] >= 10 and a["y"] + a["height"] <= height
        for b in boxes[:k]:
            beside = a["x"] >= b["x"] + b["width"] or b["x"] >= a["x"] + a["width"]
            below = a["y"] >= b["y"] + b["height"] + 10 or b["y"] >= a["y"] + a["height"] + 10
            assert beside or below


def test_pools_and_layers_around_change_nothing() -> None:
    model = Sequential(Conv2d(1, 1, 2), MaxPool2d(2), Flatten(), Layer(1, 1))
    (found,) = found_in(mean_squared_error([model(image_of(1, 3, 3))], [[0.0]]))
    assert found.columns == 2
