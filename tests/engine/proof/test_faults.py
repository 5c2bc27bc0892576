"""Planted faults: check_rule and check_gradients call every wrong rule and wrong backward wrong."""

from collections import Counter
from dataclasses import replace
from functools import cache, partial

import pytest
from hypothesis import HealthCheck, Phase, find, given, seed, settings

from demos.helpers.faults import (
    AT_A_KINK,
    CHANGES,
    ENGINE_FAULTS,
    KINDS,
    SWAPPED,
    backward,
    faults,
    grown,
    interior,
    planted,
)
from engine import RULES, Value
from engine.floats import FLOATS
from engine.graph import topological_order
from engine.proof.checking import check_gradients
from engine.proof.report import GradientError, Undecided
from engine.proof.rule_checking import check_rule
from engine.proof.strategies import graphs, skip_undecided

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
every_engine_fault = pytest.mark.parametrize("wrong", ENGINE_FAULTS.values(), ids=ENGINE_FAULTS)
RULE_FAULTS = [fault for rule in RULES.values() for fault in faults(rule)]
HEALTHY_BACKWARD = Value.backward


def is_called_wrong(graph):
    """Whether the check of this graph fails."""
    try:
        check_gradients(graph, *graph.point)
    except GradientError:
        return True
    except Undecided:
        return False
    return False


# Rules


@pytest.mark.parametrize(
    "fault", RULE_FAULTS, ids=lambda fault: f"{fault.rule.name}: {fault.kind} {fault.place}"
)
def test_every_fault_of_a_rule_is_found(fault):
    with pytest.raises(GradientError):
        check_rule(fault.rule)


@every_rule
def test_a_partial_that_is_wrong_by_a_billionth_of_itself_is_found(rule):
    for wrong in grown(rule, 1e-9):
        with pytest.raises(GradientError):
            check_rule(wrong)


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES.values() if grown(rule, 1e-9)], ids=lambda rule: rule.name
)
def test_a_partial_that_is_wrong_only_as_a_graph_is_found(rule):
    def partials(m, y, *xs):
        right = rule.partials(m, y, *xs)
        return right if m is FLOATS else tuple([(1.0 + 1e-9) * p for p in right])

    wrong = replace(rule, partials=partials, chosen={})
    check_rule(wrong, order=1)
    with pytest.raises(GradientError):
        check_rule(wrong)


def test_the_message_leads_to_the_wrong_rule():
    (tanh,) = grown(RULES["tanh"], 1e-6)
    with pytest.raises(GradientError, match="the first wrong local derivative is that of tanh"):
        check_rule(tanh)


# Backward


@every_engine_fault
def test_every_fault_of_backward_is_found_on_random_graphs(wrong):
    only_generated = settings(max_examples=2000, phases=[Phase.generate], database=None)
    with planted(wrong):
        find(graphs(), is_called_wrong, settings=only_generated)  # raises where none is found


# Faults that only large graphs show


def losing_a_use(number):
    """What a node gets from this use of it, in the order of the backward pass, is lost."""

    def wrong(output):
        uses = Counter()

        def pass_on(input, gradient):
            uses[input] += 1
            input.grad += gradient if uses[input] != number else 0.0

        backward(output, pass_on=pass_on)

    return wrong


def losing_inputs(beyond):
    return partial(backward, edges=lambda node: list(zip(node.inputs, node.partials))[:beyond])


def losing_depth(beyond):
    """Nodes that are farther from the output get nothing."""

    def wrong(output):
        depth = {output: 0}

        def edges(node):
            for input in node.inputs:
                depth[input] = max(depth.get(input, 0), depth[node] + 1)
            return [e for e in zip(node.inputs, node.partials) if depth[e[0]] <= beyond]

        backward(output, edges=edges)

    return wrong


def losing_nodes(beyond):
    return partial(backward, order=lambda outputs: topological_order(outputs)[-beyond:])


def losing_leaves(beyond):
    def wrong(output):
        leaves = [v for v in topological_order([output]) if v.rule is None]
        before = [leaf.grad for leaf in leaves]
        backward(output)
        for leaf, grad in list(zip(leaves, before))[beyond:]:
            leaf.grad = grad

    return wrong


def changing_a_leaf(output):
    backward(output)
    leaf = topological_order([output])[0]
    leaf.data *= 1.0 + 1e-12


def remembering():
    """Interior nodes start anew only where the last backward was that of the same output."""
    last = []

    def wrong(output):
        starts_anew = interior if last[-1:] == [output] else lambda nodes: []
        last.append(output)
        backward(output, starts_anew=starts_anew)

    return wrong


LARGE = {"max_operations": 200, "max_leaves": 40}
LARGE_FAULTS = {
    "the fifth use of a node is lost": (losing_a_use(5), LARGE),
    "the twentieth use of a node is lost": (losing_a_use(20), LARGE),
    "inputs beyond the fourth are lost": (losing_inputs(4), LARGE),
    "inputs beyond the twentieth are lost": (losing_inputs(20), LARGE),
    "what is deeper than 12 is lost": (losing_depth(12), LARGE),
    "what is deeper than 50 is lost": (losing_depth(50), LARGE),
    "nodes beyond 25 are lost": (losing_nodes(25), LARGE),
    "nodes beyond 1000 are lost": (losing_nodes(1000), {**LARGE, "max_operations": 2000}),
    "leaves beyond the fourth are lost": (losing_leaves(4), LARGE),
    "leaves beyond the twentieth are lost": (losing_leaves(20), LARGE),
    "a leaf's number is changed": (changing_a_leaf, {}),
    "nothing starts anew after another output": (remembering(), {}),
}


def differs_from_healthy(graph):
    """Whether the planted backward gives other gradients, as a quick look shows."""
    gradients = []
    for run in (Value.backward, HEALTHY_BACKWARD):
        leaves = list(map(Value, graph.point))
        run(graph(*leaves))
        gradients.append([leaf.grad for leaf in leaves])
    return gradients[0] != gradients[1]


@cache
def drawn(**sizes):
    """A hundred random graphs, always the same, the smallest first: they are checked soonest."""
    found = []

    @seed(0)
    @settings(
        max_examples=100,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(graphs(**sizes))
    def gather(graph):
        found.append(graph)

    gather()
    return sorted(found, key=lambda graph: len(graph.steps))


@pytest.mark.slow
@pytest.mark.parametrize("fault", LARGE_FAULTS)
def test_a_fault_that_only_a_large_graph_shows_is_found_on_random_ones(fault):
    wrong, sizes = LARGE_FAULTS[fault]
    with planted(wrong):
        assert any(
            (not sizes or differs_from_healthy(graph)) and is_called_wrong(graph)
            for graph in drawn(**sizes)
        )


@settings(max_examples=5)
@given(graph=graphs(**LARGE))
def test_the_right_backward_passes_on_large_graphs(graph):
    with skip_undecided():
        check_gradients(graph, *graph.point)


@given(graph=graphs())
def test_the_right_backward_passes(graph):
    """Written in parts, as the faults are planted in it."""
    with planted(backward), skip_undecided():
        check_gradients(graph, *graph.point)


@given(graph=graphs())
def test_backward_in_parts_is_backward(graph):
    gradients = []
    for run in (backward, HEALTHY_BACKWARD):
        leaves = list(map(Value, graph.point))
        output = graph(*leaves)
        run(output)
        run(output)
        gradients.append([leaf.grad for leaf in leaves])
    assert gradients[0] == gradients[1]


# The faults themselves


def test_every_kind_of_fault_is_planted():
    assert {fault.kind for fault in RULE_FAULTS} == set(KINDS)
    assert {fault.rule.name for fault in RULE_FAULTS} == set(RULES)


def test_the_faults_of_a_rule_of_many_inputs_and_of_kinks_of_two_and_three():
    kinds = [fault.kind for fault in faults(RULES["maximum"])]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        **dict.fromkeys(CHANGES, 4),
        "doubled where x < 0": 1,  # it must be the largest, too
        SWAPPED: 6,
        AT_A_KINK: 2 + 3,
    }


@pytest.mark.parametrize(
    "name, kinds",
    [
        ("greater", {"shifted by 0.001", AT_A_KINK}),  # both partials are 0
        ("log", set(CHANGES) - {"doubled where x < 0"}),  # x > 0
        ("add", set(CHANGES)),  # both partials are 1, and no kink
    ],
)
def test_what_changes_nothing_is_no_fault(name, kinds):
    assert {fault.kind for fault in faults(RULES[name])} == kinds


def test_a_fixed_number_has_no_fault():
    assert {fault.place for fault in faults(RULES["power"])} == {"by input 1"}
    assert {fault.place for fault in faults(RULES["polygamma"])} == {"by input 2"}


def test_a_fault_is_gone_afterwards():
    with pytest.raises(ZeroDivisionError), planted(ENGINE_FAULTS["= for +="]):
        assert Value.backward is not HEALTHY_BACKWARD
        raise ZeroDivisionError
    assert Value.backward is HEALTHY_BACKWARD
