"""The parts of a program: each value in one of them, and each line of the passes."""

import pytest
from hypothesis import given

import engine
from engine import Program, Value, dot, scope, tanh
from engine.graph import topological_order
from engine.program.parts import Part
from engine.proof.random_graph import Graph
from engine.proof.strategies import graphs
from nn import MLP


def test_a_product_of_two_inputs_says_its_sizes_and_how_often_it_is_done() -> None:
    a, b = ([[Value(0.1) for _ in range(6)] for _ in range(4)] for _ in "ab")
    inputs = [x for row in (*a, *b) for x in row]
    program = Program([dot(x, y) for x in a for y in b], inputs)
    assert [part.title for part in program.parts()] == ["4 x 6 by 6 x 4 for each sample"]
    halves = slice(0, 3), slice(3, 6)
    program = Program([dot(x[half], y[half]) for half in halves for x in a for y in b], inputs)
    (title,) = [part.title for part in program.parts()]
    assert title == "2 times 4 x 3 by 3 x 4 for each sample"


def test_a_layer_is_the_part_of_its_matrix_and_the_part_of_its_activation() -> None:
    model, x, y = MLP(2, [3, 1], output_activation="tanh"), [Value(0.5), Value(-1.0)], Value(1.0)
    output = model(x)
    with scope("loss"):
        loss = (output - y) ** 2
    program = Program(loss, [*x, y], model.parameters())
    parts = program.parts()
    assert [part.title for part in parts] == [
        "layer 1: 3 x 2 matrix",
        "layer 1: 3 x tanh",
        "layer 2/neuron 1 z: 1 x 3 matrix",
        "layer 2/neuron 1 a: 1 x tanh",
        "loss: 1 sum of 2 terms",
        "loss: 1 x power",
    ]
    rules = [[value.rule and value.rule.name for value in part.values] for part in parts]
    assert rules == [
        ["dot", "add"] * 3,
        ["tanh"] * 3,
        ["dot", "add"],
        ["tanh"],
        ["subtract"],
        ["power"],
    ]
    lines = program.source.splitlines()
    for part in parts:
        assert [lines[k].strip("# ") for k in part.lines].count(part.title) == 2
    assert [lines[k].strip() for k in parts[1].lines][1] == "np.tanh(s1, out=s2)"


@pytest.mark.parametrize(
    "names, title",
    [
        ([("net/layer 1", ""), ("net/layer 10", "")], "net: 2 x tanh"),
        ([("", "z11"), ("", "z12")], "z: 2 x tanh"),
        ([("layer 2/a", ""), ("layer 2/b", "")], "layer 2: 2 x tanh"),
        ([("layer 2", ""), ("layer 2/a", "")], "layer 2: 2 x tanh"),
        ([("", "z1"), ("", "z1")], "z1: 2 x tanh"),
    ],
)
def test_a_title_is_what_names_have_in_common_and_no_half_number(
    names: list[tuple[str, str]], title: str
) -> None:
    inputs, outputs = [Value(0.1), Value(0.2)], []
    for x, (where, label) in zip(inputs, names):
        with scope(where):
            outputs.append(tanh(x))
        outputs[-1].label = label
    assert [part.title for part in Program(outputs, inputs).parts()] == [title]


def is_a_sum(part: Part) -> bool:
    return " sum of " in part.title


def test_the_sum_of_what_is_the_same_for_all_samples_is_a_part_without_values() -> None:
    x, w = Value(0.5), Value(0.6)
    power = w.exp()
    first = power + x
    output = first + w
    parts = Program(output, [x], [w]).parts()
    assert [part.values for part in parts] == [(power,), (), (first, output)]
    assert is_a_sum(parts[1])


def test_terms_of_terms_are_of_the_part_that_adds_them_up() -> None:
    w, v, x = Value(0.5), Value(0.6), Value(0.7)
    output = 2.0 * (w * x + v) - 1.0
    (part,) = Program(output, [x], [w, v]).parts()
    assert part.values == tuple(value for value in topological_order([output]) if value.inputs)


def test_the_pairs_of_a_long_product_are_parts_without_values() -> None:
    xs = [Value(1.0 + k / 9) for k in range(9)]
    output = engine.prod(xs)
    parts = Program(output, xs[:1], xs[1:]).parts()
    assert [part.values for part in parts if part.values] == [(output,)]
    assert "prod" in parts[-1].title and all(part.lines for part in parts)


@given(graphs(max_operations=15))
def test_every_value_and_every_line_is_in_one_part_at_most(graph: Graph) -> None:
    leaves = [Value(x) for x in graph.point]
    output = graph(*leaves)
    program = Program(output, leaves[:1], leaves[1:])
    parts = program.parts()
    values = [value for part in parts for value in part.values]
    assert len(values) == len(set(values))
    assert set(values) <= {value for value in topological_order((output,)) if value.inputs}
    assert all(part.values or is_a_sum(part) for part in parts)
    numbers = sorted(k for part in parts for k in part.lines)
    lines = program.source.splitlines()
    forward, backward = (lines.index(f"def {name}(X):") for name in ("forward", "backward"))
    passes = [range(forward + 1, backward - 2), range(backward + 1, len(lines))]
    computing = []
    for those in passes:  # what comes before the first comment copies inputs or clears gradients
        first = next((k for k in those if lines[k].startswith("    #")), len(lines))
        computing += [k for k in those if k >= first and lines[k].strip() != "pass"]
    assert numbers == computing


def test_lines_are_those_of_the_kernel_itself_where_another_has_the_same_title() -> None:
    x, w = Value(0.3), Value(0.7)
    first = tanh(w * x)
    second = tanh(first)  # of which only the sign is used: it sends no gradient
    program = Program(first + engine.greater(second, 0.5), [x], [w])
    lines = program.source.splitlines()
    parts = [part for part in program.parts() if part.title == "1 x tanh"]
    assert [part.values for part in parts] == [(first,), (second,)]
    backward = lines.index("def backward(X):")
    assert [max(part.lines) > backward for part in parts] == [True, False]
