"""Random points and graphs: inside every domain, varied, simple when they shrink, printable."""

import math
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from engine import DomainError, Value, apply, check_gradients
from engine.graph import topological_order
from engine.proof.graph_builder import FIXED_NUMBERS
from engine.proof.random_graph import Graph, Step
from engine.proof.report import Undecided
from engine.proof.smooth import LARGEST, MARGIN, is_calm_at, is_smooth_at, is_well_inside
from engine.proof.strategies import graphs, numbers_between, points, skip_undecided
from engine.rule import REAL
from engine.rules import CONSTANT, RULES, Rule

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
subsets = st.lists(st.sampled_from(list(RULES.values())), min_size=1, max_size=5, unique=True)
SETTLED = settings(max_examples=3000, database=None, derandomize=True)
UNSHRUNK = settings(SETTLED, phases=[Phase.generate])


def built(graph):
    """The leaves and the outputs of a graph."""
    leaves = [Value(x) for x in graph.point]
    outputs = graph(*leaves)
    return leaves, outputs if isinstance(outputs, list) else [outputs]


@pytest.fixture(scope="module")
def sample():
    """A thousand random graphs, always the same."""
    drawn = []

    @settings(max_examples=1000, database=None, derandomize=True)
    @given(graphs())
    def gather(graph):
        drawn.append(graph)

    gather()
    return drawn


def operations(outputs):
    return [node for node in topological_order(outputs) if node.rule not in (None, CONSTANT)]


# Points


@every_rule
@given(data=st.data())
def test_a_point_is_inside_the_domain_and_has_finite_partials(rule, data):
    point = data.draw(points(rule))
    assert rule.holds_at(*point)
    assert point not in rule.chosen
    node = apply(rule, *point)
    assert all(map(math.isfinite, (node.data, *node.partials)))
    assert all(point[k] in FIXED_NUMBERS for k in rule.fixed)


@every_rule
def test_points_are_moderate_and_large_and_next_to_the_ends_of_the_domain(rule):
    free = [k for k in range(len(rule.inputs)) if k not in rule.fixed]
    for wanted in (lambda x: 0.1 < abs(x) < 8.0, lambda x: abs(x) < 1e-3 or abs(1.0 - x) < 1e-3):
        find(points(rule), lambda p, ok=wanted: any(ok(p[k]) for k in free), settings=UNSHRUNK)


@pytest.mark.parametrize("name", ["log", "sqrt", "atan", "add", "hypot"])
def test_points_are_huge_where_the_domain_is(name):
    huge = find(points(RULES[name]), lambda p: max(map(abs, p)) > 1e9, settings=UNSHRUNK)
    assert RULES[name].holds_at(*huge)


with_kinks = [rule for rule in RULES.values() if rule.chosen]


@pytest.mark.parametrize("rule", with_kinks, ids=lambda rule: rule.name)
def test_with_kinks_every_chosen_point_appears(rule):
    for kink in rule.chosen:
        assert find(points(rule, kinks=True), kink.__eq__, settings=UNSHRUNK) == kink


@pytest.mark.parametrize("rule", with_kinks, ids=lambda rule: rule.name)
@given(data=st.data())
def test_with_kinks_a_point_is_a_chosen_one_or_inside_the_domain(rule, data):
    point = data.draw(points(rule, kinks=True))
    assert point in rule.chosen or is_smooth_at(rule, point)


@given(st.integers(1, 6), st.data())
def test_a_rule_of_any_number_of_inputs_gets_as_many_as_asked_for(count, data):
    assert len(data.draw(points(RULES["sum"], n_inputs=count))) == count
    assert len(data.draw(points(RULES["dot"], n_inputs=count))) == count + count % 2


@given(st.sampled_from([(-1.0, 1.0), (0.0, math.inf), (-math.inf, 0.0)]), st.data())
def test_numbers_between_leave_the_ends_out(ends, data):
    low, high = ends
    assert low < data.draw(numbers_between(low, high)) < high


# Graphs


@given(graphs())
def test_a_graph_has_finite_moderate_numbers_and_respects_every_domain(graph):
    _, outputs = built(graph)
    for node in operations(outputs):
        numbers = [input.data for input in node.inputs]
        assert node.rule.holds_at(*numbers)
        assert all(abs(x) <= LARGEST for x in (node.data, *node.partials))


@given(graphs())
def test_every_operation_stays_smooth_when_an_input_moves_a_little(graph):
    _, outputs = built(graph)
    for node in operations(outputs):
        numbers = [input.data for input in node.inputs]
        for k in set(range(len(numbers))) - node.rule.fixed:
            for shift in (-MARGIN, MARGIN):
                moved = numbers[k] + shift * max(1.0, abs(numbers[k]))
                assert is_smooth_at(node.rule, [*numbers[:k], moved, *numbers[k + 1 :]])


@given(subsets, st.integers(1, 5), st.integers(1, 8), st.integers(1, 3), st.data())
def test_a_graph_stays_within_the_limits_asked_for(rules, leaves, most, n_outputs, data):
    limits = {"max_leaves": leaves, "max_operations": most, "n_outputs": n_outputs}
    graph = data.draw(graphs(rules, **limits))
    assert {step.rule for step in graph.steps} <= set(rules)
    assert 1 <= len(graph.point) <= leaves
    assert len(graph.steps) <= most
    assert len(graph.outputs) == n_outputs
    assert isinstance(graph(*map(Value, graph.point)), list if n_outputs > 1 else Value)


@given(graphs(n_outputs=2))
def test_every_leaf_and_every_operation_leads_to_an_output(graph):
    leaves, outputs = built(graph)
    order = topological_order(outputs)
    assert set(leaves) <= set(order)
    assert len(operations(outputs)) == len(graph.steps)


@given(graphs())
def test_a_graph_is_the_same_however_often_it_is_built(graph):
    (_, first), (_, second) = built(graph), built(graph)
    assert [node.data for node in first] == [node.data for node in second]
    assert first[0] is not second[0]


VARIETY = {
    "a node that several operations share": lambda g: any(
        sum(place in step.inputs for step in g.steps) > 1
        for place in range(len(g.point), len(g.point) + len(g.steps))
    ),
    "a plain number": lambda g: any(
        isinstance(x, float) and k not in step.rule.fixed
        for step in g.steps
        for k, x in enumerate(step.inputs)
    ),
    "one input twice": lambda g: any(len(set(s.inputs)) < len(s.inputs) for s in g.steps),
    "as many leaves as allowed": lambda g: len(g.point) == 4,
    "ten operations": lambda g: len(g.steps) >= 10,
    "no operation": lambda g: not g.steps,
    "no inputs": lambda g: any(not step.inputs for step in g.steps),
    "a vector of one": lambda g: any(s.rule.variadic and len(s.inputs) == 1 for s in g.steps),
    "four inputs": lambda g: any(len(step.inputs) == 4 for step in g.steps),
    "a negative number": lambda g: min(g.point) < 0.0,
}


@pytest.mark.slow
@pytest.mark.parametrize("what", VARIETY)
def test_random_graphs_are_varied(what, sample):
    assert any(map(VARIETY[what], sample))


@pytest.mark.slow
def test_every_rule_occurs_in_random_graphs(sample):
    assert {step.rule for graph in sample for step in graph.steps} == set(RULES.values())


@pytest.mark.slow
def test_most_graphs_are_larger_than_one_operation(sample):
    assert sum(len(graph.steps) > 1 for graph in sample) > 0.6 * len(sample)


FEW = [RULES[name] for name in "add multiply negate exp sin log atanh gamma relu power".split()]


@pytest.mark.parametrize(
    "name",
    [
        "power",
        *[
            pytest.param(x, marks=pytest.mark.slow)
            for x in ("log", "sin", "atanh", "gamma", "relu")
        ],
    ],
)
def test_a_graph_shrinks_to_the_one_operation_that_matters(name):
    rule = RULES[name]
    graph = find(graphs(FEW), lambda g: any(s.rule is rule for s in g.steps), settings=SETTLED)
    inputs = (0, FIXED_NUMBERS[0])[: len(rule.inputs)]
    assert graph == Graph((0.6,), (Step(rule, inputs),), (1,))


# Large ones


@pytest.fixture(scope="module")
def large():
    """Fifty random graphs of up to 200 operations, always the same."""
    drawn = []

    @settings(
        max_examples=50, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(graphs(max_operations=200, max_leaves=40))
    def gather(graph):
        drawn.append(graph)

    gather()
    return drawn


def depth(graph):
    depths = [0] * len(graph.point)
    for step in graph.steps:
        depths.append(1 + max([depths[i] for i in step.inputs if isinstance(i, int)], default=0))
    return max(depths)


def most_uses(graph):
    places = [i for step in graph.steps for i in step.inputs if isinstance(i, int)]
    return max(map(places.count, places), default=0)


def most_inputs(graph):
    return max((len(step.inputs) for step in graph.steps), default=0)


@pytest.mark.parametrize(
    "size, least, share",
    [
        (lambda graph: len(graph.steps), 100, 0.4),
        (lambda graph: len(graph.point), 30, 0.1),
        (depth, 20, 0.1),
        (most_uses, 20, 0.1),
        (most_inputs, 20, 0.1),
    ],
)
def test_a_good_part_of_large_graphs_comes_near_to_what_is_asked_for(size, least, share, large):
    assert sum(size(graph) >= least for graph in large) >= share * len(large)


def test_large_graphs_stay_within_the_limits_asked_for(large):
    assert all(len(graph.steps) <= 200 and len(graph.point) <= 40 for graph in large)


def test_every_operation_of_a_large_graph_depends_on_a_leaf(large):
    """But for those of no inputs, as the sum of nothing."""
    for graph in large:
        varied = set(range(len(graph.point)))
        for place, step in enumerate(graph.steps, len(graph.point)):
            if step.inputs:
                assert any(i in varied for i in step.inputs if isinstance(i, int))
                varied.add(place)
        assert varied.issuperset(graph.outputs)


@given(graphs([RULES["sum"]], max_operations=2))
def test_an_empty_sum_counts_as_an_operation(graph):
    assert len(graph.steps) <= 2


@pytest.mark.slow
def test_a_large_graph_shrinks_to_the_one_operation_that_matters():
    graph = find(
        graphs(FEW, max_operations=100), lambda g: any(s.rule.name == "sin" for s in g.steps)
    )
    assert graph == Graph((0.6,), (Step(RULES["sin"], (0,)),), (1,))


def test_large_graphs_have_as_many_outputs_as_asked_for():
    graph = find(
        graphs(max_operations=60, n_outputs=3), lambda g: len(g.steps) > 20, settings=UNSHRUNK
    )
    assert len(graph.outputs) == 3


def test_what_is_undecided_is_skipped_and_what_is_wrong_fails():
    skipped = []

    @settings(database=None, suppress_health_check=list(HealthCheck))
    @given(st.booleans())
    def passes(at_the_kink):
        with skip_undecided():
            skipped.append(at_the_kink)
            check_gradients(abs, 0.0 if at_the_kink else 1.0)

    passes()
    assert True in skipped
    with pytest.raises(ZeroDivisionError), skip_undecided():
        raise ZeroDivisionError


# Printed


@given(graphs(n_outputs=2) | graphs())
def test_a_graph_prints_as_the_python_that_builds_it(graph):
    names = {}
    exec(repr(graph).replace("draw(", "outputs = list("), names)
    _, outputs = built(graph)
    rebuilt = names["outputs"]
    assert [node.data for node in rebuilt] == [node.data for node in outputs]
    for ours, theirs in zip(topological_order(outputs), topological_order(rebuilt), strict=True):
        assert ours.rule is theirs.rule
        assert ours.partials == theirs.partials


def test_the_printed_python_draws_the_graph():
    names = {}
    exec(repr(find(graphs(n_outputs=2), lambda g: len(g.steps) > 1, settings=UNSHRUNK)), names)
    assert "v1" in names


def test_a_failing_graph_is_printed_as_python():
    @settings(max_examples=20, database=None, derandomize=True, phases=[Phase.generate])
    @given(graphs([RULES["add"]], max_operations=2))
    def fails(graph):
        assert not graph.point

    with pytest.raises(AssertionError) as caught:
        fails()
    assert any("x0 = Value(0.6, 'x0')" in note for note in caught.value.__notes__)


# What they are for: gradients that are right, and can be shown to be


def decided(graph, order):
    """Whether the gradient could be proved; a wrong one raises."""
    try:
        check_gradients(graph, *graph.point, order=order)
    except Undecided:
        return False
    return True


@pytest.mark.parametrize("order", [1, 2])
@given(graph=graphs())
def test_gradients_of_random_graphs_are_right(graph, order):
    decided(graph, order)


@given(subsets.flatmap(graphs))
def test_gradients_of_graphs_over_few_rules_are_right(graph):
    decided(graph, order=1)


@pytest.mark.slow
@pytest.mark.parametrize("order", [1, 2])
def test_of_hundreds_of_random_graphs_hardly_one_is_undecided(order, sample):
    answers = [decided(graph, order) for graph in sample[::2]]
    assert answers.count(False) < 0.03 * len(answers)


# What is refused


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"rules": []}, "no rules"),
        ({"max_leaves": 0}, "at least 1"),
        ({"max_operations": 0}, "at least 1"),
        ({"n_outputs": 0}, "at least 1"),
    ],
)
def test_limits_that_allow_no_graph_are_refused_at_once(arguments, message):
    with pytest.raises(ValueError, match=message):
        graphs(**arguments)


def test_a_jump_a_kink_an_edge_and_a_huge_number_are_not_calm():
    assert is_calm_at(RULES["relu"], [0.5])
    assert not is_calm_at(RULES["relu"], [MARGIN / 2.0])
    assert not is_calm_at(RULES["log"], [MARGIN / 2.0])
    assert not is_calm_at(RULES["fmod"], [3.0 + MARGIN / 2.0, 1.0])
    assert not is_calm_at(RULES["exp"], [math.log(LARGEST) + 0.1])
    assert not is_calm_at(RULES["tan"], [math.pi / 2.0 - 2.0 * MARGIN])


def test_a_partial_that_raises_is_not_smooth():
    rule = Rule("broken", value=lambda m, x: x, partials=lambda m, y, x: (m.log(-1.0),))
    assert not is_smooth_at(rule, [1.0])
    with pytest.raises(DomainError):
        apply(rule, 1.0)


def test_a_number_is_well_inside_a_domain_or_at_its_edge():
    domain = RULES["asin"].domain[0]
    assert is_well_inside(domain, 0.98) and not is_well_inside(domain, 0.995)
    assert is_well_inside(REAL, 1e300)


def test_a_plain_number_becomes_a_constant_of_the_graph():
    graph = Graph((2.0,), (Step(RULES["add"], (0, 3.0)),), (1,))
    (output,) = built(graph)[1]
    assert output.data == 5.0
    assert output.inputs[1].rule is CONSTANT


def test_without_hypothesis_the_error_says_what_to_install():
    code = "import sys; sys.modules['hypothesis'] = None; import engine.proof.strategies"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 1
    expected = 'engine.proof.strategies needs hypothesis: pip install -e ".[test]"'
    assert run.stderr.strip().endswith(f"ModuleNotFoundError: {expected}")
