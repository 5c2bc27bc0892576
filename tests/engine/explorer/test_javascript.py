"""The page's JavaScript, run in node: it computes and says what Python computes and says."""

import math
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine import RULES, Rule, Value, apply, backward_steps, forward_steps
from engine.explorer.contents import contents, rules_script
from engine.explorer.javascript import NATIVE, rule_source
from engine.floats import FLOATS
from engine.formula.style import POWER
from engine.formula.styles import find_style
from engine.graph import topological_order
from engine.names import digits, name_nodes
from engine.proof.points import sample_points
from engine.proof.random_graph import Graph
from engine.proof.rounding import path_sizes, rounding_errors
from engine.proof.strategies import graphs
from engine.rules import CONSTANT
from tests.engine.graphs import built

RunNode = Callable[..., Any]
LABELS = st.text("wxé1_,^()[5]′″₁₂⁽²⁾ᶠₙ˙#<&", min_size=1, max_size=7)
ONE_NODE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
ULPS = 16.0  # of JavaScript's functions, of ours, and of the C library's together


def number(x: Any) -> float:
    return float(x)


def close(found: float, expected: float, *, slack: float = 0.0) -> bool:
    return abs(found - expected) <= ULPS * math.ulp(expected) + slack


def cancelled(rule: Rule, point: tuple[float, ...]) -> float:
    """What rounding leaves where large parts cancel to a small number."""
    size = max(map(abs, point))
    if rule.name in ("lgamma", "gamma", "polygamma", "logsumexp", "dot", "gelu", "silu"):
        size = size * size + 20.0
    return 64.0 * 2.0**-52 * (1.0 + size)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_every_rule_at_its_points(rule: Rule, run_node: RunNode) -> None:
    groups: dict[tuple[tuple[float, ...], int], list[tuple[float, ...]]] = {}
    points = [p for p in sample_points(rule, random.Random(0)) if max(map(abs, p)) < 30.0]
    for point in [*points, *rule.chosen]:
        fixed = tuple(point[k] for k in sorted(rule.fixed))
        groups.setdefault((fixed, len(point)), []).append(point)
    tried = 0
    for (fixed, count), group in list(groups.items())[:6]:
        source = rule_source(rule, count, fixed)
        script = f"const r = {source}; return given.map((p) => [r.value(...p), "
        answers = run_node(script + "r.partials(r.value(...p), ...p)]);", group)
        for point, (value, partials) in zip(group, answers):
            expected = rule.value(FLOATS, *point)
            if not math.isfinite(expected):
                continue
            slack = cancelled(rule, point)
            assert close(number(value), expected, slack=slack), (point, value, expected)
            exact = rule.partials(FLOATS, expected, *point)
            for one, other in zip(map(number, partials), exact, strict=True):
                relative = 1e-12 * abs(other) * (1.0 + max(map(abs, point)))
                assert close(one, other, slack=slack + relative), (point, one, other)
            tried += 1
    assert tried >= 3


def test_a_condition_of_many_comparisons_is_left_out() -> None:
    """The largest of n numbers takes 2ⁿ of them."""
    sources = [rule_source(RULES["maximum"], count) for count in (3, 16)]
    assert "holds" in sources[0] and "condition: null" in sources[1]
    assert len(sources[1]) < 2_000


def test_numbers_that_are_not_finite_are_written_as_javascript_does(run_node: RunNode) -> None:
    def value(m: Any, x: Any) -> Any:
        return m.where(x, -math.inf, math.nan)

    rule = Rule("capped", value=value, partials=lambda m, y, x: (0.0,))
    answers = run_node(f"const r = {rule_source(rule, 1)}; return given.map(r.value);", [1.0, -1.0])
    assert number(answers[0]) == -math.inf and math.isnan(number(answers[1]))


def test_functions_that_javascript_lacks(run_node: RunNode) -> None:
    """On grids, to a few units in the last place of what enters."""
    rng = random.Random(0)
    calls: list[tuple[str, list[float]]] = []
    for _ in range(300):
        calls += [("erf", [rng.uniform(-6, 6)]), ("erfc", [rng.uniform(-6, 26)])]
        calls += [("gamma", [rng.uniform(-30, 170)]), ("lgamma", [10 ** rng.uniform(-9, 200)])]
        calls += [("remainder", [rng.randrange(-20, 20) / 2, rng.randrange(1, 9) / 2])]
        calls += [("sum", [rng.uniform(-1, 1) * 10.0 ** rng.randrange(15) for _ in range(6)])]
    answers = run_node("return given.map(([name, xs]) => m[name](...xs));", calls)
    for (name, xs), found in zip(calls, answers):
        exact = math.fsum(xs) if name == "sum" else getattr(math, name)(*xs)
        slack = 1e-14 if name == "lgamma" else 0.0
        exactly = name in ("sum", "remainder")
        assert number(found) == exact if exactly else close(number(found), exact, slack=slack), (
            name,
            xs,
            found,
            exact,
        )


def page_of(output: Value) -> tuple[str, Any]:
    rules, rule_of, missing = rules_script(output)
    return f"{rules}\nconst graph = new Graph(given[0], rules);", contents(output, rule_of, missing)


@ONE_NODE
@given(graph=graphs())
def test_random_graphs(graph: Graph, run_node: RunNode) -> None:
    """Values within the bound on rounding; gradients; finite differences near the gradients."""
    output = built(graph)
    start, data = page_of(output)
    answer = run_node(
        start + "const e = evaluate(graph, given[0].values);"
        "const b = backpropagate(graph, e.partials);"
        "return [[...e.values], [...b.gradients], [...e.errors],"
        " graph.leaves.map((leaf) => finiteDifference(graph, given[0].values, leaf))];",
        [data],
    )
    values, gradients, errors, differences = answer
    order = topological_order([output])
    sizes, noise = path_sizes(order), rounding_errors(order)[output]
    output.backward()
    assert errors == []
    assert abs(values[-1] - output.data) <= ULPS * noise + 1e-300
    for node, gradient in zip(order, gradients):
        if node.rule is not CONSTANT:
            assert abs(gradient - node.grad) <= 1e-9 * (sizes[node] + 1e-12), node
    leaves = [node for node in order if not node.inputs and node.rule is not CONSTANT]
    for leaf, difference in zip(leaves, differences):
        allowed = 1e-3 * (1.0 + sizes[leaf]) + 1e6 * ULPS * noise
        assert abs(difference - leaf.grad) <= allowed, leaf


@ONE_NODE
@given(graph=graphs())
def test_the_words_are_those_of_the_steps(graph: Graph, run_node: RunNode) -> None:
    output = built(graph)
    start, data = page_of(output)
    forward, backward = run_node(
        start + "const v = given[0].values;"
        "const { steps } = backpropagate(graph, graph.partials);"
        "return [graph.forwardOrder.map((n) => forwardWords(graph, n, v, TEXT)),"
        " steps.map((s) => backwardWords(graph, s, TEXT))];",
        [data],
    )
    assert forward == [step.words for step in forward_steps(output)]
    assert backward == [step.words for step in backward_steps(output)]


def test_what_is_divided_by_is_in_parentheses_where_it_is_a_product(run_node: RunNode) -> None:
    for number in (1e5, -1e-5, 2e-5, 0.5, -2.0):
        output = Value(3.0, "a") / Value(number, "b")
        start, data = page_of(output)
        script = "return forwardWords(graph, graph.output, given[0].values, TEXT);"
        assert run_node(start + script, [data]) == forward_steps(output)[0].words


@given(labels=st.lists(st.one_of(LABELS, st.text(min_size=1)), min_size=1))
@example(labels=["₁^w", "ᶠ^w", "²_1"])  # of signs that are marks themselves
@ONE_NODE
def test_names_are_set_as_in_python(run_node: RunNode, labels: list[str]) -> None:
    style = find_style("mathml")
    names = list(name_nodes([Value(1.0, label) for label in labels]).values())
    answers = run_node("return given.map((name) => [MATH.name(name), isRaised(name)]);", names)
    expected = [style.name(name) for name in names]
    assert answers == [[each.text, each.bond == POWER] for each in expected]


FLOAT = st.floats(allow_nan=False, allow_infinity=False)
TIES = st.integers(-99999, 99999).map(lambda n: n / 32.0)


@given(numbers=st.lists(FLOAT | TIES, min_size=20))
@ONE_NODE
def test_numbers_are_written_as_in_python(run_node: RunNode, numbers: list[float]) -> None:
    answers = run_node("return given.map((x) => digits(x));", numbers)
    assert answers == [digits(x) for x in numbers]


@pytest.mark.parametrize(
    ("name", "point", "wrong", "message"),
    [
        ("log", (0.5,), (-0.5,), "log(x₀): x₀ = −0.5 is outside log's domain x > 0"),
        ("sqrt", (0.5,), (0.0,), "sqrt(x₀): x₀ = 0 is outside sqrt's domain x > 0"),
        ("divide", (1.0, 2.0), (1.0, 0.0), "x₀/x₁: x₁ = 0 is outside divide's domain b ≠ 0"),
        ("exp", (1.0,), (800.0,), "exp(x₀): x₀ = 800 gives a number too large for a float"),
        ("hypot", (3.0, 4.0), (0.0, 0.0), "x₁ = 0 is outside hypot's domain not every x = 0"),
        ("gamma", (0.5,), (-2.0,), "x₀ = −2 is outside gamma's domain x ≠ 0, -1, -2, …"),
    ],
)
def test_an_error_is_stated_and_nothing_follows(
    name: str, point: tuple[float, ...], wrong: tuple[float, ...], message: str, run_node: RunNode
) -> None:
    output = apply(RULES[name], *[Value(x, f"x{k}") for k, x in enumerate(point)]) * 2 + 1
    start, data = page_of(output)
    script = start + (
        "const v = [...given[0].values];"
        "graph.leaves.forEach((leaf, k) => { v[leaf] = given[1][k]; });"
        "const e = evaluate(graph, v); return [[...e.values], [...e.errors]];"
    )
    values, errors = run_node(script, [data, wrong])
    ((node, text),) = errors
    assert message in text or text == message
    assert values[-1] == values[node] == "NaN"


def test_what_is_read_as_native_is_what_the_modules_export(run_node: RunNode) -> None:
    exported = run_node("return Object.keys(m).filter((name) => typeof m[name] === 'function');", 0)
    assert set(NATIVE) == set(exported) & set(RULES)


def test_the_modules_by_themselves(node: str) -> None:
    tests = [file.as_uri() for file in sorted(Path(__file__).parents[2].rglob("*.test.mjs"))]
    script = "for (const file of process.argv.slice(1)) await import(file);"  # in one process
    done = subprocess.run(
        [node, "--input-type=module", "-e", script, *tests],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout
    assert len(tests) > 20 and "# pass 0" not in done.stdout and "# fail 0" in done.stdout
