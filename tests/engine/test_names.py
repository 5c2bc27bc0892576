"""Names and numbers as they are shown: no name twice, no digit too many, columns in line."""

import re
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine import Value, explore, formula, scope, svg
from engine.formula.styles import find_style
from engine.graph import topological_order
from engine.messages import LONGEST
from engine.names import (
    LOWERED,
    RAISED,
    Name,
    align_columns,
    digits,
    name_nodes,
    read_name,
    split_scope,
)
from nn import MLP

MICRO, MU = "\u00b5", "\u03bc"  # they look alike, and Python takes them for one
SIGNS = "".join(RAISED.values()) + "".join(LOWERED.values())
LABELS = st.one_of(
    st.sampled_from(["", "x", "x′", "x[4]", "x[0]", "v1", "v_2", "w", MICRO, MU, "mu", "w^(2)_31"]),
    st.text(f"wx12_,^()[]′″θ {SIGNS}", max_size=6),
    st.text(max_size=300).map(lambda label: label.replace("#", "")),
)
SCOPES = st.sampled_from(
    [
        "",
        "layer 1",
        "layer 1/neuron 2",
        "neuron 2",
        "2: Layer/neuron 12",
        "step 3",
        "loss",
        "kernel 1",
    ]
)


def made(label: str, where: str) -> Value:
    value = Value(1.0, label)
    value.scope = where
    return value


@given(st.lists(st.tuples(LABELS, SCOPES), min_size=1, max_size=12))
def test_no_two_nodes_have_one_name(given: list[tuple[str, str]]) -> None:
    leaves = [made(*each) for each in given]
    nodes = [*leaves, *[leaf * leaf for leaf in leaves]]
    names = name_nodes(nodes)
    assert len(set(names.values())) == len(nodes)
    assert names == name_nodes(nodes)  # and the same graph gives the same names
    for name in names.values():
        assert name and "#" not in name and "\n" not in name and len(name) < LONGEST + 40


@given(LABELS)
@example("w₀1")
@example("vᵤ2")
@example("₅₈4")
def test_a_name_is_read_as_it_is_written(label: str) -> None:
    name = str(read_name(label))
    assert str(read_name(name)) == name
    for style in ("text", "latex", "mathml"):
        assert find_style(style).name(name) == find_style(style).name(label)


@given(st.integers(1, 13), st.lists(st.integers(1, 13), min_size=1, max_size=3))
def test_the_names_of_a_net_are_those_of_a_textbook(n_inputs: int, sizes: list[int]) -> None:
    model = MLP(n_inputs, sizes)
    outputs = model([0.5] * n_inputs)
    names = name_nodes(topological_order(outputs if isinstance(outputs, list) else [outputs]))

    def named(base: str, number: int, *indices: int) -> str:
        apart = "," if max(indices) > 9 else ""
        low = apart.join("".join(LOWERED[digit] for digit in str(index)) for index in indices)
        return f"{base}⁽{RAISED[str(number)]}⁾{low}"

    for number, layer in enumerate(model.layers, start=1):
        for j, neuron in enumerate(layer.neurons, start=1):
            assert names[neuron.bias] == named("b", number, j)
            for i, weight in enumerate(neuron.weights, start=1):
                assert names[weight] == named("w", number, j, i)
            for base in "za" if number < len(sizes) else "z":
                assert named(base, number, j) in names.values()
    for i in range(1, n_inputs + 1):
        assert "x" + "".join(LOWERED[digit] for digit in str(i)) in names.values()


def test_inside_a_neuron_the_short_names_will_do() -> None:
    model = MLP(2, [2, 1])
    order = topological_order([model([1.0, 2.0])])
    names = name_nodes(order, inside="layer 1/neuron 2")
    own = [names[node] for node in order if node.scope == "layer 1/neuron 2" and node.label]
    assert own == ["w₁", "w₂", "b", "z", "a"]
    assert "w⁽¹⁾₁₁" in names.values() and len(set(names.values())) == len(order)


@pytest.mark.parametrize(
    ("label", "text", "latex", "mathml"),
    [
        ("w_1", "w₁", "w_{1}", "<msub><mi>w</mi><mn>1</mn></msub>"),
        ("x1", "x₁", "x_{1}", "<msub><mi>x</mi><mn>1</mn></msub>"),
        ("x_in", "xᵢₙ", r"x_{\text{in}}", "<msub><mi>x</mi><mtext>in</mtext></msub>"),
        ("x_d", "x_d", "x_{d}", "<msub><mi>x</mi><mi>d</mi></msub>"),
        ("theta", "θ", r"\theta", "<mi>θ</mi>"),
        ("alpha_2", "α₂", r"\alpha_{2}", "<msub><mi>α</mi><mn>2</mn></msub>"),
        ("w2,1", "w₂₁", "w_{21}", "<msub><mi>w</mi><mn>21</mn></msub>"),
        ("w12,3", "w₁₂,₃", "w_{12,3}", "<msub><mi>w</mi><mtext>12,3</mtext></msub>"),
        ("w^f_1", "wᶠ₁", "w_{1}^{f}", "<msubsup><mi>w</mi><mn>1</mn><mi>f</mi></msubsup>"),
        ("Omega_1", "Ω₁", r"\Omega_{1}", "<msub><mi>Ω</mi><mn>1</mn></msub>"),
        ("x″", "x″", r"x^{\prime \prime}", "<msup><mi>x</mi><mtext>″</mtext></msup>"),
        ("learning_rate", "learning_rate", r"\text{learning\_rate}", "<mi>learning_rate</mi>"),
        ("12", "12", r"\text{12}", "<mi>12</mi>"),
    ],
)
def test_labels_are_set_as_mathematics(label: str, text: str, latex: str, mathml: str) -> None:
    written = [find_style(style).name(label).text for style in ("text", "latex", "mathml")]
    assert written == [text, latex, mathml]


def test_what_has_one_label_is_told_apart_by_primes_then_by_numbers() -> None:
    names = name_nodes([Value(1.0, "x") for _ in range(5)])
    assert list(names.values()) == ["x", "x′", "x″", "x[4]", "x[5]"]


def test_the_name_of_a_look_alike_is_another() -> None:
    leaves = [Value(1.0, MICRO), Value(1.0, MU), Value(1.0, "mu")]
    assert len({normalize("NFKC", name) for name in name_nodes(leaves).values()}) == 3


def test_steps_and_layers_stand_above() -> None:
    with scope("1: LSTM"), scope("step 2"):
        nodes = [Value(1.0, "h3"), Value(1.0, "x1"), Value(1.0, "z^f1")]
    assert list(name_nodes(nodes).values()) == ["h⁽¹˙²⁾₃", "x⁽²⁾₁", "zᶠ⁽¹˙²⁾₁"]


@pytest.mark.parametrize("label", [3, ("a", 1), 0.5, ["a"], True])
def test_a_label_that_was_set_to_no_text_is_the_text_of_it(label: object) -> None:
    x = Value(1.0)
    x.label = label  # type: ignore[assignment]
    y = x.tanh() * 2
    assert name_nodes([x, y])[x] == str(read_name(str(label)))
    assert svg(y) and explore(y) and formula(y)


@pytest.mark.parametrize("label", ["می\u200cرود", "क्\u200dष", "👩\u200d👧", "a\u202eb"])
def test_letters_that_are_joined_or_kept_apart_stay_so_in_a_label(label: str) -> None:
    shown = label.replace("\u202e", "\N{REPLACEMENT CHARACTER}")  # which turns what follows
    output = Value(2.0, label).tanh()
    assert f"tanh({shown})" in formula(output)
    for picture in (svg(output), explore(output).html):
        assert shown in picture


@pytest.mark.parametrize("label", ["\u200d", "x\u200d", "\u200cx"])
def test_what_joins_nothing_is_seen(label: str) -> None:
    shown = label.translate(dict.fromkeys([0x200C, 0x200D], "\N{REPLACEMENT CHARACTER}"))
    assert f"tanh({shown})" in formula(Value(2.0, label).tanh())


def test_a_power_of_a_name_with_a_superscript_is_in_parentheses() -> None:
    name = str(Name("z", "(1)", ("2",)))
    style = find_style("text")
    assert style.operation("power", [style.name(name), style.number(2.0)]).text == "(z⁽¹⁾₂)²"


# Numbers


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_digits_are_the_number_to_four_places(x: float) -> None:
    factor, ten, power = re.fullmatch(r"(.*?)(?:·?(10)([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", digits(x)).groups()  # type: ignore[union-attr]
    one = f"{factor}1" if factor in ("", "−") else factor
    exponent = (power or "0").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    assert float(f"{one}e{exponent}".replace("−", "-")) == float(f"{x:.4g}")
    assert "-" not in digits(x) and "e" not in digits(x) and digits(-0.0) == "0"
    assert bool(ten) == ("e" in f"{x:.4g}")


def test_four_significant_digits_or_as_many_as_are_asked_for() -> None:
    assert digits(1 / 3) == "0.3333" and digits(1 / 3, 6) == "0.333333"
    assert digits(-123456.0) == "−1.235·10⁵"
    assert digits(-1e-9) == "−10⁻⁹" and digits(1e12) == "10¹²"
    assert digits(-123456.0, plain=True) == "-1.235e+05"


# Columns

CELLS = st.text(alphabet="ab .é−", max_size=6)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n))))
def test_every_cell_stands_in_its_column(rows: list[list[str]]) -> None:
    lines = align_columns(rows).split("\n") if rows else []
    starts, start = [], 0
    for column in zip(*rows):
        starts.append(start)
        start += max(map(len, column)) + 2
    for row, line in zip(rows, lines, strict=True):
        assert line == line.rstrip()
        for cell, place in zip(row, starts):
            assert line[place : place + len(cell)].ljust(len(cell)) == cell


def test_columns_are_flush_right_where_asked_for() -> None:
    assert align_columns([("a", "bb"), ("aa", "b")], right={1}) == "a   bb\naa   b"


@pytest.mark.parametrize("rows", [[], [()]])
def test_no_columns_are_no_text(rows: list[tuple[str, ...]]) -> None:
    assert align_columns(rows) == ""


def test_numbers_that_labels_have_already_are_passed_over() -> None:
    """A label may look like them: v1, v_2 and v₄ are the same in a picture."""
    x, y = Value(0.5, "v1"), Value(0.25, "v_2")
    product = x * y
    bent = (product + Value(1.0, "v₄")).tanh()
    names = name_nodes(topological_order([bent]))
    assert list(names.values()) == ["v₁", "v₂", "v₃", "v₄", "v₅", "v₆"]


def test_a_neuron_that_has_a_number_and_a_name_is_known_by_its_number() -> None:
    with scope("layer 2"), scope("neuron 3: quality"):
        w = Value(0.5, "w1")
    with scope("a neuron 3: quality"):
        other = Value(0.5, "w1")
    assert list(name_nodes([w, other]).values()) == ["w⁽²⁾₃₁", "w₁"]


@given(st.integers(1, 40))
def test_the_levels_of_a_scope_beyond_the_twentieth_are_one(n: int) -> None:
    names = [str(k) for k in range(n)]
    shown = names if n <= 20 else [*names[:19], "…"]
    assert list(split_scope("/".join(names))) == shown
