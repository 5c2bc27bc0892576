"""Stale graphs: whatever would mix old numbers and new ones refuses, and backward keeps the old."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import (
    Value,
    backward_steps,
    explore,
    forward_steps,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    vjp,
)
from engine.graph import topological_order
from engine.proof.random_graph import Graph
from engine.proof.strategies import graphs
from engine.stale import refuse_stale


@given(graphs())
def test_a_graph_as_it_was_built_is_not_stale(graph: Graph) -> None:
    refuse_stale(topological_order([graph(*map(Value, graph.point))]))


@given(graphs(), st.data())
def test_a_changed_number_is_found_wherever_it_matters(graph: Graph, data: st.DataObject) -> None:
    output = graph(*map(Value, graph.point))
    order = topological_order([output])
    changed = data.draw(st.sampled_from(order))
    users = [node for node in order if changed in node.inputs]
    assume(users or changed.inputs)
    before = changed.data
    changed.data = before + 1.0 + abs(before)
    try:
        refuse_stale(order)
    except ValueError:
        changed.data = before
        refuse_stale(order)
    else:  # as where(changed, 1, 2), which is the same
        assert not changed.inputs and all(user.data == recomputed(user) for user in users)


def recomputed(node: Value) -> float:
    from engine.floats import FLOATS

    assert node.rule is not None
    return node.rule.value(FLOATS, *(input.data for input in node.inputs))


@pytest.mark.parametrize(
    "use",
    [
        lambda x, y: gradients(y, [x]),
        lambda x, y: hessian(y, [x]),
        lambda x, y: jacobian([y], [x]),
        lambda x, y: vjp([y], [x], [1.0]),
        lambda x, y: jvp([y], [x], [1.0]),
        lambda x, y: hvp(y, [x], [1.0]),
        lambda x, y: forward_steps(y),
        lambda x, y: backward_steps(y),
        lambda x, y: explore(y),
    ],
    ids="gradients hessian jacobian vjp jvp hvp forward_steps backward_steps explore".split(),
)
def test_what_would_mix_old_numbers_and_new_ones_refuses(use) -> None:
    x = Value(2.0, "x")
    y = x * x
    x.data = 10.0
    with pytest.raises(ValueError, match=r"x \* x is 4.0, and its inputs now give 100.0"):
        use(x, y)


def test_backward_sends_the_gradient_of_the_numbers_that_the_graph_was_built_with() -> None:
    x = Value(2.0, "x")
    y = x * x
    x.data = 10.0
    y.backward()
    assert x.grad == 4.0
    x.data = 2.0
    assert gradients(y, [x])[0].data == 4.0
