"""Recurrent layers are found in graphs; the page's board says what each number is made of."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value
from engine.drawing.cells import lstm_cell
from engine.explorer.recurrent import LETTERS, find_recurrent
from engine.graph import topological_order
from nn import GRU, LSTM, RNN, Layer, Sequential, mean_squared_error
from tests.engine.explorer.shared import page_data

Run = Callable[..., Any]
KINDS = {"LSTM": LSTM, "GRU": GRU, "RNN": RNN}


def steps_of(count: int, n_inputs: int) -> list[list[Value]]:
    return [[Value(0.4 * t - 0.3 * k, f"in{t}_{k}") for k in range(n_inputs)] for t in range(count)]


def loss_of(*states: Any) -> Value:
    return mean_squared_error(
        [list(state) for state in states], [[0.0] * len(states[0])] * len(states)
    )


@given(
    kind=st.sampled_from(sorted(KINDS)),
    n_inputs=st.integers(1, 3),
    n_hidden=st.integers(1, 3),
    count=st.integers(1, 4),
    samples=st.integers(1, 2),
)
def test_a_recurrent_layer_is_found_as_it_was_made(
    kind: str, n_inputs: int, n_hidden: int, count: int, samples: int
) -> None:
    layer = KINDS[kind](n_inputs, n_hidden)
    xs = [steps_of(count, n_inputs) for _ in range(samples)]
    hidden = [layer(x) for x in xs]
    found = find_recurrent(topological_order([loss_of(*[h[-1] for h in hidden])]))
    assert [each.kind for each in found] == [kind] * samples
    for each, x, h in zip(found, xs, hidden):
        assert [step["x"] for step in each.steps] == x
        assert [step["h"] for step in each.steps] == h
        assert all(step.keys() == {"x", *LETTERS[kind]} for step in each.steps)
        for before, step in zip([None, *each.steps], each.steps):
            for j in range(n_hidden):
                own = {letter: step[letter][j].data for letter in LETTERS[kind]}
                old = {letter: 0.0 if before is None else before[letter][j].data for letter in own}
                if kind == "LSTM":
                    c = own["f"] * old["c"] + own["i"] * own["g"]
                    assert own["c"] == pytest.approx(c)
                    assert own["h"] == pytest.approx(own["o"] * Value(c).tanh().data)
                elif kind == "GRU":
                    h_now = (1.0 - own["z"]) * own["n"] + own["z"] * old["h"]
                    assert own["h"] == pytest.approx(h_now)


def test_what_the_output_does_not_need_is_empty() -> None:
    states = LSTM(1, 2).states(steps_of(2, 1))
    (found,) = find_recurrent(topological_order([states[-1][0][0]]))
    assert found.steps[1]["h"][1] is None and None not in found.steps[0]["h"]


def test_the_activation_of_an_rnn_is_its_rule() -> None:
    activations: list[Any] = ["relu", "tanh", lambda z: z * z * 2.0]
    names = []
    for activation in activations:
        h = RNN(1, 1, activation)(steps_of(1, 1))[-1]
        names += [found.activation for found in find_recurrent(topological_order(h))]
    assert names == ["relu", "tanh", "f"]


def test_steps_of_another_kind_are_left_to_the_nodes() -> None:
    h = RNN(1, 1)(steps_of(2, 1))[-1]
    for node in topological_order(h):
        node.label = node.label.replace("z", "q")
    assert find_recurrent(topological_order(h)) == []
    assert find_recurrent(topological_order([Value(1.0, "h1") * 2.0])) == []


def test_the_page_has_the_diagram_of_the_cell() -> None:
    model = Sequential(LSTM(1, 2), lambda states: states[-1], Layer(2, 1))
    data = page_data(mean_squared_error([model(steps_of(2, 1))], [[0.0]]))
    view = data["views"][data["view"]]
    assert view["title"] == "1: LSTM" and view["board"]["cell"] == "LSTM"
    diagram, cell = view["board"]["diagram"], lstm_cell()
    assert diagram["parts"].keys() == cell.parts.keys()
    assert diagram["parts"]["f"] == ["f\nσ", *cell.parts["f"].place, "gate"]
    assert [way[-1] for _, way in diagram["wires"]] == [wire.ends[1] for wire in cell.wires]


BOARD = """
const graph = new Graph(given.data, []);
const session = new Session(graph);
const { story } = session;
const { board } = story;
return {
  panels: board.tiles.map((tile) => tile.map(({ id, columns }) => [id, columns])),
  fewer: board.fewer.map((tiles) => tiles[0].map(({ id }) => id[0]).join("")),
  stops: session.stops,
  last: graph.stepCount,
  sentences: session.stops.map((stop) => story.sentence(session.momentAt(stop))),
  leaves: story.leaves.map((leaf) => graph.names[leaf]),
  marks: given.foci.map((focus) => board.marks(focus).map(({ id, x }) => [id, x])),
  parts: given.foci.map((focus) => board.parts(focus)),
  figures: given.foci.map((focus) => board.figures(focus).map(({ name, sign }) => sign + name)),
  formulas: board.formulas,
};
"""


def board(run_node: Run, layer: Any, foci: list[tuple[str, int]]) -> Any:
    steps = layer([[1.0, 0.5], [0.0, 1.0], [0.5, 0.5]])
    given = {"data": page_data(loss_of(steps[-1])), "foci": [{"id": a, "cell": b} for a, b in foci]}
    return run_node(BOARD, given)


def test_the_board_of_an_lstm(run_node: Run) -> None:
    foci = [("c 1", 0), ("h 2", 1), ("f 1", 0), ("c 0", 1), ("h 0", -1), ("x 1", 0)]
    found = board(run_node, LSTM(2, 2), foci)
    assert [[id for id, _ in tile] for tile in found["panels"]] == [
        [f"{letter} {t}" for letter in "hcogifx"] for t in range(3)
    ]
    assert found["fewer"] == ["hcx", "hx"]
    assert found["stops"][-1] == found["last"]
    assert "Step 1: the gate f says how much of each c is kept." in found["sentences"]
    assert found["sentences"][-1].startswith("Every gradient is complete")
    assert found["leaves"] == [f"x⁽{t}⁾{k}" for t in "¹²³" for k in "₁₂"]
    c, h, gate, first, whole, x = ({(id, cell) for id, cell in marks} for marks in found["marks"])
    assert c == {("c 1", 0), ("f 1", 0), ("c 0", 0), ("i 1", 0), ("g 1", 0)}
    assert h == {("h 2", 1), ("o 2", 1), ("c 2", 1)}
    seen = {("x 1", 0), ("x 1", 1), ("h 0", 0), ("h 0", 1)}
    assert gate == {("f 1", 0)} | seen and x == {("x 1", 0)}
    assert ("f 0", 1) in first and not any(id.startswith("h") for id, _ in first)
    assert whole == {(f"{letter} 0", j) for letter in "hoc" for j in (0, 1)}
    assert found["parts"] == [["add"], ["show"], ["f"], ["add"], ["show"], ["x"]]
    assert found["figures"][0] == ["f", "·c′", "+i", "·g", "=c"]
    assert found["figures"][1] == ["o", "· tanhc", "=h"]
    assert found["figures"][2] == ["x", "h′", "→f"]
    assert found["figures"][3] == ["f", "+i", "·g", "=c"]  # there is no step before


def test_the_boards_of_a_gru_and_an_rnn(run_node: Run) -> None:
    gru = board(run_node, GRU(2, 1), [("h 1", 0), ("n 1", 0)])
    assert [{id for id, _ in marks} for marks in gru["marks"]] == [
        {"h 1", "n 1", "z 1", "h 0"},
        {"n 1", "r 1", "x 1", "h 0"},
    ]
    assert gru["figures"][0] == ["(1 −z", ") ·n", "+z", "·h′", "=h"]
    rnn = board(run_node, RNN(2, 2, "relu"), [("h 1", 0), ("h 0", 0)])
    assert [{id for id, _ in marks} for marks in rnn["marks"]] == [
        {"h 1", "x 1", "h 0"},
        {"h 0", "x 0"},
    ]
    assert "<mi>relu</mi>" in rnn["formulas"]["forward"] and rnn["parts"] == [["cell"], ["cell"]]


ASKED = """
const graph = new Graph(given.data, []);
const session = new Session(graph);
session.togglePredicting();
const asked = [];
for (let k = 0; k < given.count; k += 1) {
  session.next();
  if (!session.question) continue;
  const { text, truth } = session.question;
  const wrong = judged(truth + 1, session.question, session.momentAt(session.position)).text;
  session.guess(String(truth));
  asked.push([text, truth, wrong, session.verdict.right]);
}
return { asked, start: session.story.steps[0].words };
"""


def test_a_step_forward_asks_for_one_of_its_numbers(run_node: Run) -> None:
    states = LSTM(1, 2).states(steps_of(2, 1))
    data = page_data(loss_of(states[-1][0]))
    asked = run_node(ASKED, {"data": data, "count": 30})["asked"]
    assert len(asked) == 12  # a vector for each letter of each step
    by_text = {text: (truth, right) for text, truth, _, right in asked}
    truth, right = by_text["Next: Step 2: c₁ is which number?"]
    assert right and truth == pytest.approx(states[1][1][0].data)
    for text, t, wrong, _ in asked:
        words = text[6:].replace("which number?", "") + f"{t:.4g}.".replace("-", "−")
        assert wrong.endswith(f": {words}")


KNOWN = """
const graph = new Graph(given.data, []);
const session = new Session(graph);
const { board } = session.story;
const forward = board.steps.filter(({ position, focus }) =>
  focus && position <= graph.forwardCount);
return forward.map(({ position }) => {
  const moment = session.momentAt(position);
  const vectors = board.tiles.flat().map(({ columns, node }) =>
    Array.from({ length: columns }, (_, k) => board.quantity(node(k))));
  return vectors.map((own) => own.map((each) => [each.isKnown(moment), each.text(moment)]));
});
"""


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_step_shows_whole_vectors_and_one_more_than_the_step_before(
    run_node: Run, kind: str
) -> None:
    data = page_data(loss_of(KINDS[kind](1, 3)(steps_of(2, 1))[-1]))
    counts = []
    for vectors in run_node(KNOWN, {"data": data}):
        shown = [{known for known, _ in vector} for vector in vectors]
        assert all(len(each) == 1 for each in shown)
        assert all(known == (text != "–") for vector in vectors for known, text in vector)
        counts.append(sum(each == {True} for each in shown))
    steps = 2 * (len(LETTERS[kind]))
    assert counts == list(range(3, 3 + steps))  # both x are known from the start


def test_a_leaf_that_is_given_at_several_steps_is_listed_once(run_node: Run) -> None:
    x = Value(0.5, "x")
    data = page_data(loss_of(GRU(2, 2)([[x, Value(1.0, "y")], [Value(2.0, "z"), x]])[-1]))
    leaves = run_node(BOARD, {"data": data, "foci": []})["leaves"]
    assert sorted(leaves) == ["x", "y", "z"]


GIVEN = """
const graph = new Graph(given.data, []);
const session = new Session(graph);
const { board } = session.story;
const start = session.momentAt(session.stops[0]);
const { columns, node } = board.tiles.flat().find(({ id }) => id === "x 0");
return Array.from({ length: columns }, (_, k) => board.quantity(node(k)).text(start));
"""


def test_what_a_layer_is_given_is_shown_where_another_part_is_computed(run_node: Run) -> None:
    a, b, c = Value(0.5, "a"), Value(0.2, "b"), Value(0.9, "c")
    data = page_data(loss_of(GRU(2, 2)([[a, b * 2.0], [c, b.tanh()]])[-1]))
    assert run_node(GIVEN, {"data": data}) == ["0.5", "–"]


def test_of_a_long_sequence_the_first_steps_are_drawn_and_told(run_node: Run) -> None:
    data = page_data(loss_of(RNN(1, 1)(steps_of(15, 1))[-1]))
    found = run_node(ASKED, {"data": data, "count": 40})
    assert found["start"].endswith("The first 12 of 15 steps are drawn.")
    assert len(found["asked"]) == 12


LAID_OUT = """
const tile = (letters) => [...letters].map((id) => (
  { id, title: id, rows: 1, columns: 4, node: () => 0 }));
const tiles = (letters) => Array.from({ length: given.steps }, () => tile(letters));
const board = { first: [], tiles: tiles("hcogifx"), fewer: [tiles("hcx"), tiles("hx")],
  group: given.steps, diagram: { frame: [[0, 0], [5.6, 3.5]] } };
const { drawing, places } = placedWithDiagram(board, given.room);
return { drawing, places: places.map(({ panel, x, y, cell }) => [panel.id, x, y, cell]) };
"""


@pytest.mark.parametrize(
    ("room", "steps", "has_diagram", "letters"),
    [
        ((960, 720), 4, True, "hcogifx"),
        ((560, 520), 4, True, "hcx"),
        ((350, 110), 4, False, "hx"),
        ((700, 400), 3, False, "hcogifx"),
    ],
    ids=str,
)
def test_a_diagram_and_the_steps_have_the_room_they_need(
    run_node: Run, room: tuple[int, int], steps: int, has_diagram: bool, letters: str
) -> None:
    width, height = room
    found = run_node(LAID_OUT, {"steps": steps, "room": {"width": width, "height": height}})
    assert (found["drawing"] is not None) == has_diagram
    assert {id for id, _, _, _ in found["places"]} == {*letters}
    above = found["drawing"]["box"]["height"] if has_diagram else 0
    for _, x, y, cell in found["places"]:
        assert cell >= 8 and x >= 0 and x + 4 * cell <= width
        assert y >= above and y + cell <= height
