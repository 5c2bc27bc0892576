"""Formulas: read back, they mean what the graph computes, in every style."""

import ast
import re
import tracemalloc
from collections import Counter
from collections.abc import Callable
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import RULES, Value, dot, formula, forward_steps, gradients, where
from engine.graph import topological_order
from engine.names import printable, read_name
from engine.proof.random_graph import Graph
from engine.proof.strategies import graphs
from tests.engine.graphs import built

GRAPHS = graphs(max_operations=10)
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
NUMBER = r"\d+\.?\d*(?:e[-+]?\d+)?"
TOKEN = re.compile(rf"{NUMBER}|[A-Za-z_][A-Za-z0-9_]*|[{RAISED}]+|\S")


# Reading a formula back: text and LaTeX become Python


def python_of_text(text: str) -> str:
    """The Python expression that a formula in text stands for; ⟨ ⟩ are Iverson's bracket."""
    words = []
    awaits_operand = True
    for token in TOKEN.findall(text.replace("−", "-").translate(LOWERED)):
        if token == "|":
            words.append("abs(" if awaits_operand else ")")
        elif token[0] in RAISED:
            raised = "".join("0123456789-"[RAISED.index(c)] for c in token)
            words.append(f"**({raised})")
        elif re.fullmatch(NUMBER, token):
            words.append(f"number({token})")
        else:
            signs = {"·": "*", "^": "**", "[": "number(", "]": ")", "if": " if ", "else": " else "}
            words.append(signs.get(token, token))
        awaits_operand = (
            token in "+-·/^([,>=" or token in ("if", "else") or (token == "|" and awaits_operand)
        )
    return "".join(words)


def python_of_latex(latex: str) -> str:
    text = re.sub(r"_\{(\d+)\}", r"\1", latex).replace(r"\_", "_").replace(r"\cdot", "*")
    for left, right in ((r"\left(", "("), (r"\left|", "abs("), (r"\left[", "number(")):
        text = text.replace(left, right)
    text = re.sub(r"\\right.", ")", text).replace(r"\begin{cases}", "(")
    text = re.sub(r"\\operatorname\{(\w+)\}", r"\1", text)
    text = re.sub(r"& \\text\{otherwise\}\\end\{cases\}", ")", text)
    text = re.sub(rf"(?<![\w.]){NUMBER}", r"number(\g<0>)", text)
    before = ""
    while before != text:
        before = text
        text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
        text = re.sub(r"\\sqrt\{([^{}]*)\}", r"sqrt(\1)", text)
        text = re.sub(r"\be\^\{([^{}]*)\}", r"exp(\1)", text)
        text = re.sub(r"(?<!\be)\^\{([^{}]*)\}", r"**(\1)", text)
    while r"\\" in text:  # a & condition \\ b: the innermost choice first
        text = re.sub(r"\(([^&]*) & ([^&\\]*) \\\\ ", choice_from_inside, text, count=1)
    return re.sub(r"\\(\w+)", r"\1", text)


def choice_from_inside(found: re.Match[str]) -> str:
    """Of the parentheses before an &, those that belong to the choice are the last left open."""
    before, depth = found.group(1), 0
    for place in range(len(before) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(before[place], 0)
        if depth < 0:
            return f"({before[:place]}({before[place + 1 :]} if {found.group(2)} else "
    return f"({before} if {found.group(2)} else "


Exact = Callable[..., Any]


def exact_value(value: Value, exact: Exact) -> Any:
    """What the graph computes, to 300 digits."""
    known: dict[Value, Any] = {}
    for node in topological_order([value]):
        inputs = [known[input] for input in node.inputs]
        if node.inputs:
            assert node.rule is not None
            known[node] = exact(node.rule, *inputs)
        else:
            known[node] = exact(RULES["sum"], node.data)
    return known[value]


def exact_reading(whole: str, definitions: list[str], value: Value, exact: Exact) -> Any:
    """The value of a formula in Python's signs, to 300 digits."""

    def function(name: str) -> Any:
        return lambda *xs: exact(RULES[name], *xs)

    scope: dict[str, Any] = {name: function(name) for name in RULES}
    scope["number"] = lambda x: exact(RULES["sum"], float(x))
    leaves = [node for node in topological_order([value]) if node.label and not node.inputs]
    scope |= {leaf.label: exact(RULES["sum"], leaf.data) for leaf in leaves}
    for definition in definitions:
        name, _, meaning = definition.partition("=")
        scope[name.strip().translate(LOWERED)] = eval(meaning.strip(), scope)
    return eval(whole, scope)


def assert_same(a: Any, b: Any) -> None:
    assert abs(a - b) <= 1e-200 * (1 + abs(b))


def text_and_definitions(text: str) -> tuple[str, list[str]]:
    whole, _, rest = text.partition(" with ")
    return whole, re.split(r", (?=v[0-9₀-₉]+ = )", rest) if rest else []


@given(GRAPHS, st.sampled_from([1, 3, 10, 2000]))
def test_a_formula_in_text_means_what_the_graph_computes(
    exact: Exact, graph: Graph, longest: int
) -> None:
    value = built(graph)
    with patch("engine.formula.graph.LONGEST", longest):
        whole, definitions = text_and_definitions(formula(value))
    read = [python_of_text(part) for part in definitions]
    assert_same(exact_reading(python_of_text(whole), read, value, exact), exact_value(value, exact))


@pytest.mark.slow
@pytest.mark.parametrize("style", ["text", "latex", "mathml"])
def test_the_formula_of_a_deep_graph_takes_memory_as_its_length(style: str) -> None:
    """A hundred times as long, a hundred times the memory, not ten thousand times."""
    peaks = []
    for depth in (500, 50_000):
        y = Value(0.5, "x")
        for _ in range(depth):
            y = y.tanh()
        tracemalloc.start()
        text = formula(y, style)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert text.count("tanh") == depth
    assert peaks[1] < 200 * peaks[0]


@given(GRAPHS)
def test_a_formula_in_latex_means_what_the_graph_computes(exact: Exact, graph: Graph) -> None:
    value = built(graph)
    whole, _, rest = formula(value, "latex").partition(r" \quad\text{with}\quad ")
    definitions = rest.split(r",\quad ") if rest else []
    read = [python_of_latex(part) for part in definitions]
    assert_same(
        exact_reading(python_of_latex(whole), read, value, exact), exact_value(value, exact)
    )


# Parentheses


def meaning(tree: ast.expr) -> Any:
    """The expression without what order of evaluation leaves open: sums and products are flat."""
    match tree:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return "sum", terms(tree, 1)
        case ast.BinOp(op=ast.Mult() | ast.Div()) | ast.UnaryOp():
            sign, flat = factors(tree, 1)
            return "product", sign, flat
        case ast.BinOp(left=base, right=exponent):
            return "power", meaning(base), meaning(exponent)
        case ast.Call(args=args):
            return ast.unparse(tree.func), [meaning(x) for x in args]
        case ast.IfExp(test=test, body=a, orelse=b):
            return "choice", ast.dump(test), meaning(a), meaning(b)
    return ast.dump(tree)


def terms(tree: ast.expr, sign: int) -> list[Any]:
    match tree:
        case ast.BinOp(left=a, op=ast.Add() | ast.Sub() as op, right=b):
            return terms(a, sign) + terms(b, sign if isinstance(op, ast.Add) else -sign)
    own, flat = factors(tree, 1)
    return [(sign * own, flat)]


def factors(tree: ast.expr, exponent: int) -> tuple[int, list[Any]]:
    match tree:
        case ast.UnaryOp(operand=x):
            sign, flat = factors(x, exponent)
            return -sign, flat
        case ast.BinOp(left=a, op=ast.Mult() | ast.Div() as op, right=b):
            left, right = (
                factors(a, exponent),
                factors(b, exponent if isinstance(op, ast.Mult) else -exponent),
            )
            return left[0] * right[0], left[1] + right[1]
    return 1, [(exponent, meaning(tree))]


def pairs_of_parentheses(text: str) -> list[tuple[int, int]]:
    """Those around a part; not those of a call, and not those of a choice."""
    open_ones, found = [], []
    for place, sign in enumerate(text):
        if sign == "(":
            open_ones.append(place)
        elif sign == ")":
            start = open_ones.pop()
            called = start > 0 and text[start - 1].isalnum()
            if not called and " if " not in text[start:place]:
                found.append((start, place))
    return found


def is_needed(text: str, start: int, end: int) -> bool:
    """Without this pair the text means something else, or nothing, or two signs stand together."""
    inner, before = text[start + 1 : end], text[:start].rstrip()
    if before.endswith("^") or (before[-1:] in tuple("+−·/") and inner.startswith("−")):
        return True
    bare = text[:start] + inner + text[end + 1 :]
    if text[end + 1 : end + 2] and text[end + 1] in RAISED + "^" and not inner.isalnum():
        return True
    try:
        tree = ast.parse(python_of_text(bare), mode="eval").body
    except SyntaxError:
        return True
    return bool(meaning(tree) != meaning(ast.parse(python_of_text(text), mode="eval").body))


@given(GRAPHS)
def test_no_pair_of_parentheses_is_superfluous(graph: Graph) -> None:
    whole, definitions = text_and_definitions(formula(built(graph)))
    for text in (whole, *(definition.split(" = ")[1] for definition in definitions)):
        for start, end in pairs_of_parentheses(text):
            assert is_needed(text, start, end), (text, text[start : end + 1])


def test_the_parentheses_of_school() -> None:
    a, b, c = Value(2.0, "a"), Value(3.0, "b"), Value(5.0, "c")
    expected = {
        (a + b) * c: "(a + b)·c",
        a * b + c: "a·b + c",
        a - (b + c): "a − (b + c)",
        a + b - c: "a + b − c",
        a + (b + c): "a + b + c",
        a + (-b + c): "a + (−b + c)",
        a / (b * c): "a/(b·c)",
        a * -b: "a·(−b)",
        -a * b: "−a·b",
        -(a + b): "−(a + b)",
        (a * b) ** 2: "(a·b)²",
        (-a) ** 2: "(−a)²",
        -(a**2): "−a²",
        a**b**c: "a^(b^c)",
        a**-0.5: "a^(−0.5)",
        abs(a - b): "|a − b|",
        where(a - b, a, b): "(a if a − b > 0 else b)",
        dot([a, b], [c, a]): "a·c + b·a",
    }
    for value, text in expected.items():
        assert formula(value) == text


# Shared parts and names


@given(GRAPHS)
def test_each_shared_result_is_named_once_before_it_is_used(graph: Graph) -> None:
    value = built(graph)
    order = topological_order([value])
    uses = Counter(input for node in order for input in node.inputs)
    shared = [node for node in order if node.inputs and uses[node] > 1]
    whole, definitions = text_and_definitions(formula(value).translate(LOWERED))
    names = [definition.split(" = ")[0] for definition in definitions]
    assert names == [f"v{k}" for k in range(1, len(shared) + 1)]
    for name, definition in zip(names, definitions):
        later = "; ".join([whole, *definitions[names.index(name) + 1 :]])
        assert re.search(rf"\b{name}\b", later)
        assert not re.search(rf"\b{name}\b", definition.split(" = ")[1])


def test_two_leaves_of_one_label_are_two_in_the_formula() -> None:
    assert formula(Value(2.0, "x") * Value(3.0, "x")) == "x·x′"


def test_a_plain_number_is_written_as_such() -> None:
    assert formula(2 * Value(3.0, "x") + Value(0.25)) == "2·x + 0.25"


def test_the_gradient_of_a_graph_is_a_formula_too() -> None:
    x = Value(2.0, "x")
    (slope,) = gradients(x.sin(), [x])
    assert formula(slope) == "cos(x)"


# LaTeX and MathML as such

ANY_LABEL = st.text(max_size=8)


def with_any_labels(graph: Graph, labels: list[str]) -> Value:
    """The graph with these labels at its leaves and its output."""
    given_labels = (labels * 9)[: len(graph.point)]
    output: Value = graph(*map(Value, graph.point, given_labels))
    output.label = labels[-1]
    return output


@given(GRAPHS, st.lists(ANY_LABEL, min_size=1, max_size=4))
def test_braces_and_fences_of_latex_balance(graph: Graph, labels: list[str]) -> None:
    latex = formula(with_any_labels(graph, labels), "latex")
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", latex):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert latex.count(r"\left") == latex.count(r"\right")
    assert not re.search(r"(?<!\\)[#%$~]", latex)


@given(GRAPHS, st.lists(ANY_LABEL, min_size=1, max_size=4))
def test_mathml_is_xml_and_its_labels_are_data(graph: Graph, labels: list[str]) -> None:
    value = with_any_labels(graph, labels)
    root = ElementTree.fromstring(f"<math>{formula(value, 'mathml')}</math>")
    known = {"math", "mrow", "mi", "mn", "mo", "mtext", "msub", "msup", "msubsup", "mfrac", "msqrt"}
    assert {element.tag for element in root.iter()} <= known
    for element in root.iter():
        if element.tag in ("msub", "msup", "mfrac"):
            assert len(element) == 2
    shown = "".join(root.itertext())
    leaves = [node for node in topological_order([value]) if not node.inputs]
    for leaf in leaves:
        if leaf.label and leaf.rule is None:
            name = read_name(printable(leaf.label).replace("\n", " "))  # a name is one line
            assert name.base in shown and name.index in shown


def test_words_in_mathml_have_spaces_that_browsers_show() -> None:
    x = Value(2.0, "x")
    y = x.exp()
    root = ElementTree.fromstring(f"<math>{formula(where(x, y, x) / y, 'mathml')}</math>")
    words = [each.text for each in root.iter("mtext")]
    assert words == [f"\u00a0{word}\u00a0" for word in ("if", "else", "with")]


def test_a_power_of_ten_takes_parentheses_where_a_plain_number_needs_none() -> None:
    x = Value(2e-7, "x")
    y = Value(3.0, "y")
    texts = {
        "2·10⁻⁷ + 3": x + y,
        "3·2·10⁻⁷": y * x,
        "3/(2·10⁻⁷)": y / x,
        "(2·10⁻⁷)²": x**2,
        "3/10⁻⁷": y / Value(1e-7),
        "−2·10⁻⁷": -x,
    }
    for text, output in texts.items():
        assert forward_steps(output)[-1].numbers == text
