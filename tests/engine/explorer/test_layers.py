"""Nets are found in graphs, and the page steps through them a layer at a time."""

from collections.abc import Callable
from itertools import pairwise
from math import isclose
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine import Rule, Value, apply, dot, scope, tanh
from engine.explorer.layers import DenseLayer, find_nets
from engine.explorer.views import views_of
from engine.graph import topological_order
from nn import LSTM, MLP, Layer, Neuron, Sequential, mean_squared_error
from tests.engine.explorer.shared import page_data

Run = Callable[..., Any]
SIZES = st.lists(st.integers(1, 5), min_size=1, max_size=4)
ACTIVATIONS = st.sampled_from(["tanh", "relu", "sigmoid", "identity", "softplus"])


def loss_of(model: Any, *samples: list[float]) -> Value:
    outputs = [model(sample) for sample in samples]
    count = len(outputs[0]) if isinstance(outputs[0], list) else 1
    return mean_squared_error(outputs, [[1.0] * count if count > 1 else 1.0 for _ in outputs])


@given(st.integers(1, 5), SIZES, ACTIVATIONS, ACTIVATIONS, st.integers(0, 99))
def test_a_net_is_found_as_it_was_made(
    n_inputs: int, sizes: list[int], activation: str, last: str, seed: int
) -> None:
    model = MLP(n_inputs, sizes, activation, last, seed=seed)
    x = [Value(0.1 * k + 0.05) for k in range(n_inputs)]
    outputs = model(x)
    (net,) = find_nets(topological_order([mean_squared_error([outputs], [[0.0] * sizes[-1]])]))
    assert [len(layer.z) for layer in net] == sizes
    assert net[0].inputs == tuple(x)
    assert [layer.activation for layer in net] == [activation] * (len(sizes) - 1) + [last]
    for found, made in zip(net, model.layers):
        assert found.weights == tuple(tuple(neuron.weights) for neuron in made.neurons)
        assert found.biases == tuple(neuron.bias for neuron in made.neurons)
    for before, after in pairwise(net):
        assert after.inputs == before.a


@given(st.integers(1, 3), SIZES, st.integers(1, 4), st.integers(0, 99))
def test_each_sample_of_a_batch_has_its_net(
    n_inputs: int, sizes: list[int], count: int, seed: int
) -> None:
    model = MLP(n_inputs, sizes, seed=seed)
    samples = [[float(k + i) for i in range(n_inputs)] for k in range(count)]
    nets = find_nets(topological_order([loss_of(model, *samples)]))
    assert [[x.data for x in net[0].inputs] for net in nets] == samples
    assert len({tuple(layer.weights for layer in net) for net in nets}) == 1


def test_layers_in_a_row_are_a_net_whatever_made_them() -> None:
    model = Sequential(Layer(2, 4, "relu"), Layer(4, 3, lambda z: z * z + 1.0), Layer(3, 1))
    ((first, second, third),) = find_nets(topological_order(model([1.0, 2.0])))
    assert [first.activation, second.activation, third.activation] == ["relu", "", "tanh"]
    assert [a.data for a in second.a] == [z.data * z.data + 1.0 for z in second.z]
    with scope("neuron 1"):
        w, x, b = Value(2.0, "w1"), Value(3.0, "x1"), Value(1.0, "b")
        z = dot([w], [x]) + b
        a = tanh(z)
    assert find_nets(topological_order([a])) == [
        (DenseLayer((x,), ((w,),), (b,), (z,), (a,), "tanh"),)
    ]


def test_a_rule_of_ones_own_is_none_of_the_table_whatever_its_name() -> None:
    add = Rule("add", lambda m, a, b: a * b, lambda m, y, a, b: (b, a), inputs=("a", "b"))
    curve = Rule("tanh", lambda m, x: x * x, lambda m, y, x: (2.0 * x,))
    product = dot([Value(0.5, "w1"), Value(0.2, "w2")], [Value(1.0, "x1"), Value(2.0, "x2")])
    with scope("layer 1"), scope("neuron 1"):
        z = product + Value(0.1, "b")
        assert find_nets(topological_order([apply(add, product, Value(0.1, "b")).tanh()])) == []
        assert [
            layer.activation
            for last in (z.tanh(), apply(curve, z))
            for net in find_nets(topological_order([last]))
            for layer in net
        ] == ["tanh", ""]


def test_what_is_no_row_of_layers_is_no_net() -> None:
    x = [Value(0.5), Value(-1.0)]
    one, other = Layer(2, 2), Layer(2, 2)
    parallel = sum(one(x) + other(x[::-1]), Value(0.0))
    assert find_nets(topological_order([parallel])) == []
    gap = Layer(2, 1)([value * 2.0 for value in one(x)])
    assert find_nets(topological_order(gap)) == []
    assert find_nets(topological_order([Neuron(2)(x)])) == []
    again = one(one(x))  # a net that runs on its own outputs is a row, but not of samples
    assert [len(net) for net in find_nets(topological_order(again))] == [2]
    assert find_nets(topological_order(LSTM(2, 2)([[0.5, 1.0]])[0])) == []


STEPPED = """
const graph = new Graph(given.data, []);
const session = new Session(graph);
session.show(graph.views.findIndex((view) => view.level === LAYERS_LEVEL), given.shown);
const { story } = session;
const rows = session.stops.map((position) => {
  session.go(position);
  const { moment } = session;
  const known = story.columns.map((column) => Array.from({ length: column.count }, (_, k) =>
    column.unit(k).lines.map(({ quantity }) => quantity.text(moment) !== DASH)));
  const figures = story.figures(moment).map(({ name, rows, columns, at }) => ({ name, rows, columns,
    texts: Array.from({ length: rows * columns }, (_, k) => at(k)?.text(moment) ?? ""),
    numbers: Array.from({ length: rows * columns },
      (_, k) => at(k)?.number(moment.computed) ?? 0) }));
  return { known, figures, sentence: story.sentence(moment) };
});
return { stops: session.stops, last: graph.stepCount, rows };
"""


def stepped(run_node: Run, output: Value, **shown: Any) -> Any:
    whole = {"sample": 0, "neuron": None, **shown}
    return run_node(STEPPED, {"data": page_data(output), "shown": whole})


def test_a_step_is_a_layer_each_way_and_the_loss(run_node: Run) -> None:
    for sizes in ([3], [4, 1], [2, 3, 2], [1, 1, 1, 1]):
        output = loss_of(MLP(2, sizes, seed=1), [0.5, -1.0])
        found = stepped(run_node, output)
        count = len(sizes)
        assert len(found["stops"]) == 1 + 2 * count + 2
        assert found["stops"] == sorted(set(found["stops"]))
        assert found["stops"][-1] == found["last"]
        for k, row in enumerate(found["rows"]):
            inputs, *layers, loss = row["known"]
            assert all(all(lines) for lines in inputs)
            reached = min(k, count), max(0, k - count - 2)  # so many layers, each way
            for number, units in enumerate(layers, start=1):
                known = number <= reached[0]
                back = number > count - reached[1]
                assert all(lines[:2] == [known, known] for lines in units), (sizes, k)
                linear = number == count  # there δ is ∂L/∂a, which the loss's own step shows
                assert all(lines[2] == (back or (linear and k > count + 1)) for lines in units)
            assert loss[0] == [k > count, k > count + 1]


def test_without_a_loss_a_step_is_a_layer(run_node: Run) -> None:
    found = stepped(run_node, MLP(2, [3, 1], seed=0)([1.0, 2.0]))
    assert len(found["stops"]) == 5
    assert len(found["rows"][0]["known"]) == 3


@given(SIZES, ACTIVATIONS, st.integers(0, 99))
def test_the_matrices_of_a_step_are_those_of_its_formula(
    run_node: Run, sizes: list[int], activation: str, seed: int
) -> None:
    model = MLP(2, sizes, activation, "tanh", seed=seed)
    output = loss_of(model, [0.5, -1.0])
    output.backward()
    found = stepped(run_node, output)["rows"]
    (net,) = find_nets(topological_order([output]))
    for k, layer in enumerate(net):
        figures = {each["name"]: each["numbers"] for each in found[k + 1]["figures"]}
        W, b = figures[f"W⁽{'¹²³⁴'[k]}⁾"], figures[f"b⁽{'¹²³⁴'[k]}⁾"]
        assert [w.data for row in layer.weights for w in row] == W
        x = [value.data for value in layer.inputs]
        for j, z in enumerate(layer.z):
            row = W[j * len(x) : (j + 1) * len(x)]
            assert isclose(sum(w * v for w, v in zip(row, x)) + b[j], z.data, abs_tol=1e-12)
        backward = found[2 * len(net) + 2 - k]["figures"]
        assert all("–" not in figure["texts"] for figure in backward)
        delta, slope = backward[-2]["numbers"], backward[-1]["numbers"]
        assert delta == [z.grad for z in layer.z]
        expected = [w.grad for row in layer.weights for w in row]
        assert all(isclose(a, b, rel_tol=1e-12) for a, b in zip(slope, expected, strict=True))
        if k + 1 < len(net):
            after = net[k + 1]
            for i, z in enumerate(layer.z):
                arrives = sum(row[i].data * d.grad for row, d in zip(after.weights, after.z))
                local = 1.0 if layer.a is layer.z or activation == "identity" else None
                local = layer.a[i].partials[0] if local is None else local
                assert isclose(arrives * local, z.grad, rel_tol=1e-9, abs_tol=1e-15)


def test_a_neuron_tells_its_sum_in_numbers(run_node: Run) -> None:
    model = MLP(2, [2, 1], seed=0)
    for row, neuron in enumerate(model.layers[0].neurons):
        neuron.weights[0].data, neuron.weights[1].data, neuron.bias.data = 0.5, -1.0, row + 1.0
    output = loss_of(model, [2.0, 3.0])
    found = stepped(run_node, output, neuron={"layer": 0, "row": 1})
    assert len(found["stops"]) == 6
    sentences = [row["sentence"] for row in found["rows"]]
    assert sentences[1] == "z⁽¹⁾₂ = 0.5·2 + −1·3 + 2 = 0"
    assert sentences[2] == "a⁽¹⁾₂ = tanh(z⁽¹⁾₂) = tanh(0) = 0"


def test_a_layer_is_asked_for_before_it_is_shown(run_node: Run) -> None:
    output = loss_of(MLP(2, [3, 1], seed=0), [0.5, -1.0])
    output.backward()
    script = """
    const session = new Session(new Graph(given.data, []));
    session.togglePredicting();
    return Array.from({ length: given.steps }, () => {
      session.next();
      const asked = session.question && { ...session.question, shown: session.moment.position };
      session.reveal();
      return asked;
    });
    """
    asked = run_node(script, {"data": page_data(output), "steps": 6})
    (net,) = find_nets(topological_order([output]))
    assert asked[2] is None and asked[3] is None  # the loss
    for k, question in ((0, asked[0]), (1, asked[1])):
        assert question["truth"] in [a.data for a in net[k].a]
    for k, question in ((1, asked[4]), (0, asked[5])):
        assert question["truth"] in [z.grad for z in net[k].z]
    assert "tanh(w" in asked[0]["text"] and "(W⁽²⁾ᵀ δ⁽²⁾)" in asked[5]["text"]
    assert asked[0]["shown"] == 0


def test_samples_and_neurons_are_in_the_address(run_node: Run) -> None:
    output = loss_of(MLP(2, [3, 1], seed=0), [0.0, 1.0], [1.0, 1.0])
    script = """
    const session = new Session(new Graph(given, []));
    restore(session, "level=-2&sample=2&neuron=1.3&step=4");
    const first = [session.story.shown, session.position, addressOf(session, null)];
    restore(session, "level=-2&sample=9&neuron=0.x");
    return [first, session.story.shown];
    """
    first, second = run_node(script, page_data(output))
    assert first[0] == {"sample": 1, "neuron": {"layer": 0, "row": 2}}
    assert "sample=2" in first[2] and "neuron=1.3" in first[2]
    assert second == {"sample": 0, "neuron": None}


def test_a_wide_net_takes_little_room_on_the_page() -> None:
    data = page_data(loss_of(MLP(50, [20, 2], seed=0), [0.1] * 50))
    assert len(str(data["nets"])) < 1000


@given(st.integers(1, 3), SIZES, st.integers(1, 2))
def test_the_page_finds_what_each_edge_stands_for(
    run_node: Run, n_inputs: int, sizes: list[int], count: int
) -> None:
    model = MLP(n_inputs, sizes, seed=0)
    output = loss_of(model, *[[1.0 + k] * n_inputs for k in range(count)])
    place = {node: number for number, node in enumerate(topological_order([output]))}
    script = """
    const graph = new Graph(given, []);
    const { views } = graph;
    return views.map((view) => new Sketch(graph, view).edges.map(({ pairs }) => pairs));
    """
    found = run_node(script, page_data(output))
    views, _ = views_of(output)
    for view, edges in zip(views, found, strict=False):  # the view of layers comes last
        drawn = [[[place[n], k] for n, k in through] for _, _, through in view.sketch.edges]
        assert edges == drawn


def test_a_long_number_is_written_with_fewer_digits(run_node: Run) -> None:
    texts = ["−0.00012345", "+0.0012345", "−1.234·10⁻⁵", "0.5", "none", "–", "✗ −0.04071"]
    shorter = ["−0.0001", "+0.0012", "−10⁻⁵", "0.5", "none", "–", "✗ −0.04"]
    assert run_node("return given.map((text) => brief(text));", texts) == shorter
    texts = ["−0.0002143", "≈ −2.386·10⁻¹²", "−1.5·10⁻¹⁰⁰", "1.234·10⁵", "✓ 2"]
    shorter = ["−0.0002143", "≈ −2·10⁻¹²", "−2·10⁻¹⁰⁰", "1.234·10⁵", "✓ 2"]
    assert run_node("return given.map((text) => briefPower(text));", texts) == shorter


def test_a_box_alone_ends_inside_itself(run_node: Run) -> None:
    """Its last step was that of the whole graph, between two nodes that are not drawn there."""
    script = """
    const graph = new Graph(given, []);
    return graph.views.flatMap((view) => {
      if (view.level !== -1) return [];
      const sketch = new Sketch(graph, view);
      return stopsOf(graph, sketch).flatMap((stop) => {
        const backward = graph.backwardOrder[stop - graph.forwardCount - 1];
        const forward = stop ? graph.forwardOrder[stop - 1] : undefined;
        const said = backward ? [backward.node, backward.input] : forward ?? [];
        return [said].flat().filter((node) => !sketch.shapeOf.has(node)).map(String);
      });
    });
    """
    output = (MLP(2, [4, 4, 1], seed=0)([1.0, -2.0]) - 1.0) ** 2
    assert run_node(script, page_data(output)) == []
