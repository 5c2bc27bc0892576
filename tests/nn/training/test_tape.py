"""Tapes: what JavaScript computes with the rules of the table is what Python computes."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from engine import Value
from engine.explorer.contents import rules_script
from engine.graph import topological_order
from engine.proof.strategies import Graph, graphs
from nn.layers.activations import ACTIVATIONS
from nn.training.tape import make_tape
from tests.engine.graphs import leaves_of

BOTH = """
const tape = new Tape(given.tape, rules);
tape.values.set(given.leaves);
tape.forward();
return [tape.values, tape.backward(tape.results[0])];
"""


def in_javascript(run_page: Callable[..., Any], output: Value, leaves: list[Value]) -> None:
    """Both passes agree with Python's at every node."""
    rules, rule_of, missing = rules_script(output)
    assert not missing
    tape = make_tape([output], leaves, rule_of)
    given = {"rules": rules, "tape": tape.contents, "leaves": [leaf.data for leaf in leaves]}
    values, gradients = run_page(BOTH, given)
    output.backward()
    for node in topological_order([output]):
        place = tape.places[node]
        assert float(values[place]) == pytest.approx(node.data, rel=1e-12, abs=1e-300)
        if node.inputs or node in leaves:
            assert float(gradients[place]) == pytest.approx(node.grad, rel=1e-9, abs=1e-12)


@given(graphs())
@settings(max_examples=8)  # a process for each
def test_both_passes_of_any_graph_are_pythons(run_page: Callable[..., Any], graph: Graph) -> None:
    leaves = leaves_of(graph)
    output = graph(*leaves)
    in_javascript(run_page, output, leaves)


def test_every_activation_is_pythons(run_page: Callable[..., Any]) -> None:
    z = Value(1.25, "z")
    functions = [f for name, f in ACTIVATIONS.items() if name != "identity"]
    inside = {"acos", "asin", "atanh"}
    total = sum(
        (f(z * 0.5 if f.__name__ in inside else z) for f in functions), start=Value(0.0, "start")
    )
    start = next(leaf for leaf in topological_order([total]) if leaf.label == "start")
    in_javascript(run_page, total, [z, start])


def test_what_is_not_needed_is_not_computed(run_page: Callable[..., Any]) -> None:
    x, y = Value(2.0, "x"), Value(3.0, "y")
    product = x * y
    output = product.tanh() + x
    rules, rule_of, _ = rules_script(output)
    tape = make_tape([output], [x, y], rule_of)
    script = "return new Tape(given.tape, rules).needed([given.place]).map(({ place }) => place);"
    place = tape.places[product]
    assert run_page(script, {"rules": rules, "tape": tape.contents, "place": place}) == [place]
