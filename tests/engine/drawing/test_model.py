"""The picture of any model: what stands in it, in its frame, and over nothing else."""

import itertools
import re
import xml.etree.ElementTree as ElementTree
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value, draw, svg
from engine.drawing.blocks import Block, Grids, Parts, Row
from engine.drawing.figure import Figure, Mark
from engine.drawing.model import DEEPEST, MOST_BLOCKS, TALLEST, WIDEST, draw_model, lines_of
from engine.graph import topological_order
from nn import (
    GRU,
    LSTM,
    MLP,
    RNN,
    AvgPool2d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    Layer,
    LayerNorm,
    MaxPool2d,
    Module,
    RMSNorm,
    SelfAttention,
    Sequential,
)

IMAGE = [[[(3 * r + c) % 5 / 4 for c in range(6)] for r in range(6)]]


class Mine(Module):
    """Tokens, then a recurrent layer, then its last state, normalized."""

    def __init__(self) -> None:
        self.norm = LayerNorm(2)
        self.embedding = Embedding(5, 4)
        self.rest = {"recurrent": [GRU(4, 3), Layer(3, 2)]}
        self.scale = Value(2.0)

    def forward(self, tokens: Any) -> Any:
        recurrent, layer = self.rest["recurrent"]
        return [self.scale * y for y in self.norm(layer(recurrent(self.embedding(tokens))[-1]))]


class Twice(Module):
    def __init__(self, inner: Module) -> None:
        self.first, self.second = inner, Layer(2, 2)

    def forward(self, x: Any) -> Any:
        return self.second(self.first(x))


def image_net() -> Sequential:
    ends = Dropout(0.3), Layer(5, 3), Layer(3, 1, "identity")
    return Sequential(Conv2d(1, 2, 3), MaxPool2d(2), Flatten(), Layer(8, 5), *ends)


MODELS: dict[str, tuple[Module, Any]] = {
    "Conv2d": (Conv2d(1, 3, 3), IMAGE),
    "Conv2d of 3 channels": (Conv2d(3, 12, 5, padding=2), IMAGE * 3),
    "MaxPool2d": (MaxPool2d(2), IMAGE),
    "AvgPool2d": (AvgPool2d(2), IMAGE * 2),
    "RNN": (RNN(2, 3), [[1.0, 2.0]]),
    "GRU": (GRU(2, 3), [[1.0, 2.0], [0.0, 1.0]]),
    "LSTM": (LSTM(2, 3), [[1.0, 2.0]]),
    "SelfAttention": (SelfAttention(4, 2), [[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 1.0]]),
    "SelfAttention of 60 positions": (SelfAttention(2, causal=True), [[1.0, 0.5]] * 60),
    "LayerNorm": (LayerNorm(3), [1.0, 2.0, 3.0]),
    "RMSNorm": (RMSNorm(3), [1.0, 2.0, 3.0]),
    "Dropout": (Dropout(0.25), [1.0, 2.0]),
    "Embedding": (Embedding(5, 4), [0, 3]),
    "Embedding of 500 tokens": (Embedding(500, 40), 7),
    "Flatten": (Flatten(), IMAGE),
    "dense with something between": (
        Sequential(Layer(2, 3), Dropout(0.5), Layer(3, 1)),
        [1.0, 2.0],
    ),
    "an image net": (image_net(), IMAGE),
    "functions": (Sequential(LSTM(1, 2), lambda states: states[-1], Layer(2, 1)), [[1.0]]),
    "one's own": (Mine(), [0, 4, 1]),
    "one's own within one's own": (Twice(Twice(Twice(Twice(MLP(2, [3, 2]))))), [1.0, 2.0]),
    "many": (Sequential(*[LayerNorm(2) for _ in range(40)]), [1.0, 2.0]),
    "nothing": (Module(), None),
}
CASES = [(name, shown) for name in MODELS for shown in (False, True)]
every_case = pytest.mark.parametrize(("name", "shown"), CASES)


def figure_of(name: str, *, shown: bool) -> Figure:
    model, inputs = MODELS[name]
    return draw_model(model.as_block(inputs if shown else None))


def words(model: Module, inputs: Any = None) -> list[str]:
    root = ElementTree.fromstring(svg(model, inputs=inputs))
    return ["".join(e.itertext()).strip() for e in root.iter() if e.tag.endswith("text")]


def cover(a: Mark, b: Mark) -> bool:
    beside = abs(a.x - b.x) >= (a.width + b.width) / 2 - 0.01
    return not beside and abs(a.y - b.y) < (a.height + b.height) / 2 - 0.01


@every_case
def test_no_words_cover_others_and_all_stand_in_the_outer_frame(name: str, shown: bool) -> None:
    figure = figure_of(name, shown=shown)
    frame = next(mark for mark in figure.marks if mark.name == "frame")
    for mark in figure.marks:
        assert abs(mark.x - frame.x) + mark.width / 2 <= frame.width / 2 + 1e-9
        assert abs(mark.y - frame.y) + mark.height / 2 <= frame.height / 2 + 1e-9
    texts = [mark for mark in figure.marks if mark.label]
    for a, b in itertools.combinations(texts, 2):
        assert not cover(a, b), (a.label, b.label)
    assert all(float(mark.look.get("fontsize", 10)) >= 10 for mark in texts)


@every_case
def test_every_line_joins_marks_that_are_there(name: str, shown: bool) -> None:
    figure = figure_of(name, shown=shown)
    names = [mark.name for mark in figure.marks]
    assert len(set(names)) == len(names)
    assert {end for start, stop, _ in figure.lines for end in (start, stop)} <= set(names)


@every_case
def test_it_is_rendered(name: str, shown: bool) -> None:
    model, inputs = MODELS[name]
    assert type(model).__name__ in words(model, inputs if shown else None)


def test_drawing_changes_nothing_of_a_model() -> None:
    model = image_net()
    dropout = model[4]
    assert isinstance(dropout, Dropout)
    model(IMAGE)  # neurons keep the vectors of their weights
    before = dropout.rng.getstate(), [dict(vars(module)) for module in model.modules()]
    draw(model, inputs=IMAGE)
    draw(Twice(model))
    assert before == (dropout.rng.getstate(), [dict(vars(module)) for module in model.modules()])
    assert all(parameter.grad == 0.0 for parameter in model.parameters())
    assert all(len(topological_order([parameter])) == 1 for parameter in model.parameters())


def test_a_row_has_an_arrow_with_the_shape_from_each_part_to_the_next() -> None:
    shown = words(image_net(), IMAGE)
    assert {"1 × 6 × 6", "2 × 4 × 4", "2 × 2 × 2", "8", "5", "1"} <= set(shown)
    assert {"1: Conv2d", "2: MaxPool2d", "3: Flatten", "4: Layer", "6: Layer, 7: Layer"} <= set(
        shown
    )
    heads = draw(image_net()).source.count("arrowhead=normal")
    assert heads == 7 + 1  # six blocks, one at the end, one that goes on in the next line


def test_arrows_go_from_left_to_right() -> None:
    figure = draw_model(Sequential(*[Conv2d(1, 1, 1) for _ in range(9)]).as_block())
    place = {mark.name: mark.x for mark in figure.marks}
    arrows = [ends for *ends, look in figure.lines if "arrowhead" in look]
    assert len(arrows) > 9 and all(place[start] < place[end] for start, end in arrows)


def test_frames_beside_or_below_one_another_stand_apart() -> None:
    for model in (image_net(), Sequential(*[LayerNorm(2) for _ in range(9)]), Mine()):
        marks = draw_model(model.as_block()).marks
        outer, *frames = (mark for mark in marks if mark.name.endswith("frame"))
        blocks = [mark for mark in frames if re.fullmatch(r"ib0_r\d+_frame", mark.name)]
        assert len(blocks) > 2
        for a, b in itertools.combinations(blocks, 2):
            across = abs(a.x - b.x) - (a.width + b.width) / 2
            down = abs(a.y - b.y) - (a.height + b.height) / 2
            assert max(across, down) > 0.3
        for mark in blocks:
            assert mark.y - mark.height / 2 >= outer.y - outer.height / 2 + 0.1
            assert mark.x - mark.width / 2 >= outer.x - outer.width / 2 + 0.1


def test_nets_that_do_not_fit_together_are_not_one() -> None:
    row = Row([MLP(2, [3]).as_block(), MLP(4, [1]).as_block()])
    labels = [mark.label for mark in draw_model(Block("odd", bodies=[row])).marks]
    assert labels.count("MLP") == 2
    joined = draw_model(
        Block("fits", bodies=[Row([MLP(2, [3]).as_block(), MLP(3, [1]).as_block()])])
    )
    assert not any(mark.label in ("MLP", "fits") for mark in joined.marks)


def test_a_net_of_neighbours_has_all_their_parameters() -> None:
    shown = words(image_net())
    assert shown[shown.index("6: Layer, 7: Layer") + 1] == "22 parameters"  # 5·3 + 3, and 3 + 1
    assert "2 × rows × columns" in shown  # between convolution and pool, which knows no shape


def test_a_column_of_kernels_shows_the_weights_of_each_channel() -> None:
    conv = Conv2d(2, 3, 2)
    (grids,) = conv.as_block().bodies
    assert isinstance(grids, Grids)
    for channel, row in enumerate(grids.rows):
        for kernel, grid in zip(conv.kernels, row):
            weights = [w.data for w in kernel.weights[4 * channel : 4 * channel + 4]]
            assert [x for cells in grid.rows for x in cells] == weights and grid.weights
    assert [grid.title for grid in grids.rows[0]] == ["kernel 1", "kernel 2", "kernel 3"]
    assert [grid.caption for grid in grids.rows[1]] == ["b = 0"] * 3


def test_with_an_image_each_kernel_has_its_map() -> None:
    conv = Conv2d(1, 2, 3)
    image, kernels = conv.as_block(IMAGE).bodies
    assert isinstance(image, Grids) and isinstance(kernels, Grids)
    assert image.rows[0][0].rows == IMAGE[0]
    expected = [[[a.data for a in row] for row in channel] for channel in conv(IMAGE)]
    assert [grid.rows for grid in kernels.rows[-1]] == expected


@pytest.mark.parametrize("causal", [False, True])
def test_with_positions_attention_shows_the_shares_that_it_computes(causal: bool) -> None:
    layer = SelfAttention(4, 2, causal=causal)
    x = [[1.0, 0.0, 0.5, 1.0], [0.0, 1.0, 0.0, 2.0], [0.5, 1.0, 0.0, -2.0]]
    _, grids = layer.as_block(x).bodies
    assert isinstance(grids, Grids)
    shares = {
        (node.scope, node.label): node.data
        for node in topological_order([y for vector in layer(x) for y in vector])
    }
    for head, (grid,) in enumerate(grids.rows, start=1):
        for i, row in enumerate(grid.rows, start=1):
            expected = [shares.get((f"head {head}", f"p{i},{j}")) for j in range(1, 4)]
            assert row == expected


def test_dropout_says_what_it_multiplies_by() -> None:
    assert "m = 0 with probability 0.25, else 1.333" in words(Dropout(0.25))


def test_dense_layers_in_a_row_are_the_picture_of_one_net() -> None:
    row = Sequential(Layer(2, 3), Layer(3, 1))
    shown = words(row, [1.0, -1.0])
    assert "Sequential" not in shown and {"hidden", "output"} <= set(shown)
    assert sum("⁽¹⁾" in word for word in shown) == 6 and sum("⁽²⁾" in word for word in shown) == 2


def test_a_part_between_keeps_the_layers_numbers() -> None:
    shown = words(Sequential(Layer(2, 1), Dropout(0.5), Layer(1, 1)), [1.0, -1.0])
    assert any("z⁽³⁾₁" in word for word in shown) and any("a⁽¹⁾₁" in word for word in shown)


def test_somebody_s_own_model_has_a_block_for_each_module_with_its_parameters() -> None:
    model = Mine()
    shown = words(model)
    titles = ["norm: LayerNorm", "embedding: Embedding", "rest.recurrent.0: GRU"]
    assert {*titles, "rest.recurrent.1: Layer", "1 parameter of its own"} <= set(shown)
    counts = [f"{len(m.parameters())} parameters" for m in (model, model.norm, model.embedding)]
    assert set(counts) <= set(shown)
    assert shown.index("norm: LayerNorm") < shown.index("embedding: Embedding")


def test_with_inputs_its_blocks_have_shapes_and_the_order_of_their_calls() -> None:
    shown = words(Mine(), [0, 4, 1])
    assert {"3 → 2", "3 → 3 × 4", "3 × 4 → 3 × 3", "2 → 2"} <= set(shown)
    assert shown.index("embedding: Embedding") < shown.index("norm: LayerNorm")


def test_a_module_that_holds_the_one_that_holds_it_is_drawn() -> None:
    outer = Twice(Layer(2, 2))
    inner = Twice(Layer(2, 2))
    outer.first, inner.first = inner, outer
    assert {"Twice", "first: Twice"} <= set(words(outer))


def test_an_attribute_called_network_is_no_trouble() -> None:
    class Held(Module):
        def __init__(self) -> None:
            self.network = MLP(2, [1])

    assert "network: MLP" in words(Held())


@given(st.lists(st.floats(0.1, 20.0), min_size=1, max_size=12))
def test_lines_hold_every_block_once_and_are_no_wider_than_needed(widths: list[float]) -> None:
    gaps = [0.5] * (len(widths) - 1)
    lines = lines_of(widths, gaps)
    assert [k for line in lines for k in line] == list(range(len(widths)))
    for line in lines:
        width = sum(widths[k] for k in line) + 0.5 * (len(line) - 1)
        assert width <= WIDEST + 1e-9 or len(line) == 1


def test_many_blocks_are_cut_with_a_count_of_the_rest() -> None:
    blocks = [Block(f"part {k}", 10) for k in range(MOST_BLOCKS + 5)]
    labels = [mark.label for mark in draw_model(Block("all", 290, bodies=[Parts(blocks)])).marks]
    assert "and 5 more" in labels and "50 parameters" in labels and "part 24" not in labels


def nested(levels: int) -> Module:
    model: Module = Layer(2, 2)
    for _ in range(levels):
        model = Twice(model)
    return model


def opened(model: Module, depth: int | None = None) -> int:
    marks = draw_model(model.as_block(), depth).marks
    return sum(mark.label.startswith("first: ") for mark in marks)


def test_what_is_deep_within_is_closed() -> None:
    assert opened(nested(DEEPEST + 2)) == DEEPEST
    assert [opened(nested(5), depth) for depth in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="depth is -1"):
        draw(nested(1), depth=-1)


def test_as_many_levels_are_open_as_there_is_room_for() -> None:
    wide = [Sequential(*[Sequential(*[RNN(1, 1)] * 4, Flatten())] * 4) for _ in range(2)]
    figure = draw_model(Sequential(*wide).as_block())
    assert figure.extent()[3] <= TALLEST
    titles = [mark.label for mark in figure.marks]
    assert titles.count("1: Sequential") == 3 and "1: RNN" not in titles


@pytest.mark.parametrize("wrong", [[1.0], [[1.0, 2.0]], "ab"])
def test_wrong_inputs_are_the_model_s_own_error(wrong: Any) -> None:
    model = Sequential(Layer(2, 2), Dropout(0.5))
    with pytest.raises((TypeError, ValueError)):
        draw(model, inputs=wrong)
    assert model.training and all(module.training for module in model.modules())


def test_the_same_model_gives_the_same_text() -> None:
    rng = Random(3)
    model = Sequential(Conv2d(1, 2, 3, rng=rng), Flatten())
    assert draw(model, inputs=IMAGE).source == draw(model, inputs=IMAGE).source
