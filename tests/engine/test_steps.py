"""The steps: played back, they are what `backward()` does; their words hold their numbers."""

import html
import math
import re
from typing import Any

import pytest
from hypothesis import given

from engine import RULES, Rule, Value, apply, backward_steps, dot, formula, forward_steps
from engine.explorer.forms import form_of
from engine.formula.signs import sign_of
from engine.graph import topological_order
from engine.names import digits
from engine.proof.random_graph import Graph
from engine.proof.strategies import graphs
from engine.rules import CONSTANT
from engine.steps import BackwardSteps, ForwardSteps
from tests.engine.graphs import built

GRAPHS = graphs(max_operations=10)


def written_twice() -> Value:
    a, b = Value(-2.0, "a"), Value(3.0, "b")
    d = a * b
    d.label = "d"
    return d * a


# The backward pass


@given(GRAPHS)
def test_playing_all_steps_gives_the_gradients_of_backward_bit_for_bit(graph: Graph) -> None:
    output = built(graph)
    played: dict[Value, float] = {}
    for step in backward_steps(output):
        assert step.before == played.get(step.input, 0.0)
        played[step.input] = step.after
    output.backward()
    nodes = [node for node in topological_order([output]) if node.rule is not CONSTANT]
    assert played == {node: node.grad for node in nodes}


@given(GRAPHS)
def test_the_first_step_is_the_seed_and_each_other_one_edge(graph: Graph) -> None:
    output = built(graph)
    seed, *others = backward_steps(output)
    assert seed.input is output and (seed.index, seed.before, seed.after) == (-1, 0.0, 1.0)
    assert seed.words == f"∂{seed.name}/∂{seed.name} = 1"
    edges = {(node, k) for node in topological_order([output]) for k in range(len(node.inputs))}
    walked = [(step.node, step.index) for step in others]
    assert len(walked) == len(set(walked))
    assert set(walked) == {(n, k) for n, k in edges if n.inputs[k].rule is not CONSTANT}


@given(GRAPHS)
def test_a_gradient_is_complete_before_it_is_passed_on(graph: Graph) -> None:
    passed_on = set()
    for step in backward_steps(built(graph))[1:]:
        assert step.input not in passed_on
        passed_on.add(step.node)


@given(GRAPHS)
def test_each_step_is_the_chain_rule_at_one_edge(graph: Graph) -> None:
    incoming: dict[Value, float] = {}
    for step in backward_steps(built(graph)):
        if step.index >= 0:
            assert step.node.inputs[step.index] is step.input
            assert step.partial == step.node.partials[step.index]
            assert step.incoming == incoming[step.node]
            assert step.contribution == step.partial * step.incoming
            assert step.after == step.before + step.contribution
        incoming[step.input] = step.after


@given(GRAPHS)
def test_words_hold_the_names_and_the_numbers(graph: Graph) -> None:
    output = built(graph)
    seed, *others = backward_steps(output)
    for step in others:
        numbers = [digits(x) for x in (step.incoming, step.partial, step.contribution)]
        flow, local, result = numbers
        assert step.words.endswith(f" = {flow} · {local} = {result}")
        assert step.words.startswith(f"∂{seed.name}/∂{step.input_name} += ")
        assert f"∂{step.name}/∂{step.input_name}" in step.words


@given(GRAPHS)
def test_nothing_is_changed(graph: Graph) -> None:
    output = built(graph)
    for node in topological_order([output]):
        node.grad = 7.0
    steps = backward_steps(output)
    assert all(step.input.grad == 7.0 for step in steps)


def test_the_steps_of_a_product_used_twice() -> None:
    output = written_twice()
    assert [step.words for step in backward_steps(output)] == [
        "∂v₁/∂v₁ = 1",
        "∂v₁/∂d += ∂v₁/∂v₁ · ∂v₁/∂d = 1 · −2 = −2",
        "∂v₁/∂a += ∂v₁/∂v₁ · ∂v₁/∂a = 1 · −6 = −6",
        "∂v₁/∂a += ∂v₁/∂d · ∂d/∂a = −2 · 3 = −6",
        "∂v₁/∂b += ∂v₁/∂d · ∂d/∂b = −2 · −2 = 4",
    ]
    assert [step.partial_formula for step in backward_steps(output)] == ["1", "a", "d", "b", "a"]


def test_latex_numbers_are_latex_and_negative_factors_stand_in_parentheses() -> None:
    latex = backward_steps(written_twice())[-1].latex
    assert latex.startswith(r"\frac{\partial v_{1}}{\partial b} \mathrel{+}= ")
    assert latex.endswith(r" = -2 \cdot \left(-2\right) = 4")
    small = backward_steps(Value(1.0, "x") * 1e-9)[1].latex
    assert small.endswith(r"= 1 \cdot 1 \cdot 10^{-9} = 1 \cdot 10^{-9}")


def test_constants_get_no_step_and_their_number_stands_in_the_derivative() -> None:
    steps = backward_steps(Value(2.0, "x") * 7)
    assert [step.input_name for step in steps] == ["v₁", "x"]
    assert steps[1].partial_formula == "7"


def test_a_lone_leaf_has_the_seed_alone() -> None:
    x = Value(2.0, "x")
    assert [step.words for step in backward_steps(x)] == ["∂x/∂x = 1"]
    assert forward_steps(x) == []


def test_a_long_dot_product_takes_time_in_proportion() -> None:
    weights, inputs = ([Value(0.01 * k) for k in range(1500)] for _ in range(2))
    assert len(backward_steps(dot(weights, inputs))) == 3001  # a minute, if it were the square


# The forward pass


@given(GRAPHS)
def test_forward_steps_are_the_operations_in_an_order_that_can_be_computed(graph: Graph) -> None:
    output = built(graph)
    known = {node for node in topological_order([output]) if not node.inputs}
    for step in forward_steps(output):
        assert known.issuperset(step.node.inputs)
        known.add(step.node)
    assert output in known


@given(GRAPHS)
def test_forward_words_lead_from_the_name_to_the_value(graph: Graph) -> None:
    for step in forward_steps(built(graph)):
        first, second, *_, last = step.words.split(" = ")
        assert (first, second, last) == (step.name, step.operation, digits(step.node.data))
        assert step.numbers in step.words


@given(GRAPHS)
def test_numbers_put_in_are_the_inputs(graph: Graph) -> None:
    for step in forward_steps(built(graph)):
        bare = Value(0.0)
        bare.rule, bare.data = step.node.rule, step.node.data
        bare.inputs = tuple(Value(input.data) for input in step.node.inputs)
        assert step.numbers == formula(bare)


def test_an_operation_that_is_its_own_result_is_said_once() -> None:
    assert forward_steps(-Value(2.0, "x"))[0].words == "v₁ = −x = −2"


def test_a_derivative_without_a_formula_goes_by_its_name() -> None:
    """That of a rule of one's own, which asks for the number or computes with Python's math."""
    rule = Rule(
        "kinked",
        value=lambda m, x: math.sin(x),
        partials=lambda m, y, x: (math.cos(x) if x > 0.0 else 1.0,),
    )
    step = backward_steps(apply(rule, Value(0.0, "x")))[1]
    assert step.words == "∂v₁/∂x += ∂v₁/∂v₁ · ∂v₁/∂x = 1 · 1 = 1"
    assert step.cells()[2] == "∂v₁/∂x = ∂kinked = 1"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_of_ones_own_is_written_as_a_call_whatever_its_name(rule: Rule) -> None:
    """x + w = 0.7 + 0.5 = 2.2 would be no sum."""
    own = Rule(
        rule.name,
        inputs=rule.inputs,
        fixed=rule.fixed,
        value=lambda m, *xs: 1.0 + m.sum(xs),
        partials=lambda m, y, *xs: (1.0,) * len(xs),
    )
    x, places = Value(0.5, "x"), range(rule.arity())
    y = apply(own, *[0.5 if k in rule.fixed else x for k in places])
    named = f"{rule.name}({', '.join('0.5' if k in rule.fixed else 'x' for k in places)})"
    numbers = f"{rule.name}({', '.join('0.5' for _ in places)})"
    (step,) = forward_steps(y)
    assert formula(y) == named and sign_of(y) == rule.name
    assert step.words == f"v₁ = {named} = {numbers} = {digits(y.data)}"
    assert form_of(y).operation[0].startswith(f"{rule.name}(")


def test_unlabelled_leaves_have_names_of_their_own() -> None:
    a, b = Value(3.0), Value(3.0)
    assert forward_steps(a * b)[0].words == "v₃ = v₁·v₂ = 3·3 = 9"


# As tables


def columns(line: str) -> list[str]:
    return re.split(r"  +", line.strip())


def test_forward_tables_are_aligned() -> None:
    assert str(forward_steps(written_twice())) == (
        "step  node  operation  with numbers  value\n"
        "1     d     a·b        −2·3          −6\n"
        "2     v₁    d·a        −6·(−2)       12"
    )


def test_backward_tables_show_what_a_gradient_was_and_is() -> None:
    lines = str(backward_steps(written_twice())).splitlines()
    assert columns(lines[0]) == list(BackwardSteps.HEAD)
    assert columns(lines[1]) == ["1", "v₁", "the seed", "1"]
    assert columns(lines[4]) == ["4", "d", "a", "∂d/∂a = b = 3", "−2", "−6", "−6 → −12"]


@pytest.mark.parametrize("steps", [forward_steps, backward_steps])
def test_a_prompt_shows_the_table(steps: Any) -> None:
    shown = repr(steps(written_twice()))
    assert shown == str(steps(written_twice())) and shown.startswith("step  ")


@pytest.mark.parametrize("steps", [forward_steps, backward_steps])
def test_a_step_is_shown_as_its_words_and_in_a_notebook_as_its_formula(steps: Any) -> None:
    for step in steps(written_twice()):
        assert repr(step) == str(step) == step.words
        assert step._repr_latex_() == f"$\\displaystyle {step.latex}$"


@pytest.mark.parametrize("steps", [forward_steps, backward_steps])
def test_a_notebook_shows_the_same_cells_and_labels_are_data(steps: Any) -> None:
    output = Value(2.0, "<b>&x") * Value(3.0, "y")
    table = steps(output)
    assert isinstance(table, ForwardSteps | BackwardSteps)
    page = table._repr_html_()
    assert "<b>" not in page
    cells = [html.unescape(cell) for cell in re.findall(r"<t[hd]>(.*?)</t[hd]>", page)]
    shown = [cell for cell in cells if cell]
    assert shown == [cell for line in str(table).splitlines() for cell in columns(line)]
