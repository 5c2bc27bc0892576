"""Formulas computed by the JavaScript of the rules give what Python's Values give."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from demos.playground.command import HERE
from demos.playground.rules import rules_module
from engine.expression import parse
from engine.rules import RULES

SCRIPT = """
const [rules, formula, texts] = JSON.parse(process.argv[1]);
const table = await import(rules);
const { evaluate } = await import(formula);
const told = texts.map((text) => {
  try {
    return evaluate(text, table).parts;
  } catch (error) {
    return { error: error.message, line: error.line };
  }
});
process.stdout.write(JSON.stringify(told));
"""


@pytest.fixture(scope="module")
def evaluate(tmp_path_factory: pytest.TempPathFactory) -> Any:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node is installed to run JavaScript")
    rules = tmp_path_factory.mktemp("rules") / "rules.mjs"
    rules.write_text(rules_module(), encoding="utf-8")
    formula = tmp_path_factory.mktemp("formula") / "formula.mjs"
    shutil.copy(Path(HERE, "src", "formula.js"), formula)

    def run(texts: list[str]) -> Any:
        given = json.dumps([rules.as_uri(), formula.as_uri(), texts])
        done = subprocess.run(
            [node, "--input-type=module", "-e", SCRIPT, given],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


NUMBERS = {"w": 0.5, "x": 0.25, "b": -0.75, "y": 1.5}
EXPRESSIONS = [
    "(tanh(w*x + b) - y)**2",
    "-w**2 + 2**-x - b/-y",
    "w - x - b - y",
    "y / w / x",
    "y**w**x",
    "b**3 + b**2",
    "+-+w * 3.5e-1 + .5",
    "2 * pi * e**w",
    "w",
    *(
        f"{rule.name}({', '.join(list('wxy')[: len(rule.inputs)])})"
        for rule in RULES.values()
        if rule.name not in ("acosh", "power", "polygamma") and not rule.variadic
    ),
    "acosh(y)",
    "power(w, 3) + polygamma(1, x) - polygamma(0, y)",
    "b ** (1 + 1) - power(b, 3 - 1) * tanh(2)",
    "leaky_relu(w - y) + leaky_relu(b, x)",
    "sum(w, x, y, 2) * prod(w, b, 3) - hypot(w, x, y)",
    "logsumexp(w, x*y, b, 1, 2) + sum(w)",
    "dot(w, x, 2, b, y, w) + dot(x, y)",
    "2·w × x − π·y + 1_000.5 + 1e-1_0",
    "maximum(w, x, b) * minimum(y, x) + maximum(w)",
    "maximum(w, x, w) + maximum(b, b) + minimum(x, y, x, x)",
    "relu(w - w) + abs(x - x) + leaky_relu(y - y)",
    "pow(b, 3) + pow(-2, 2)",
    "w * (sqrt(0) + hypot(0, 0) + 0 ** 0.5)",
]


def test_values_and_gradients_are_those_of_python(evaluate: Any) -> None:
    lines = "".join(f"{name} = {number}\n" for name, number in NUMBERS.items())
    for expression, told in zip(EXPRESSIONS, evaluate([f"{lines}L = {e}" for e in EXPRESSIONS])):
        used = {name: NUMBERS[name] for name in NUMBERS if name in words(expression)}
        output, leaves = parse(expression, used)
        output.backward()
        parts = {part["name"]: part for part in told}
        assert parts["L"]["value"] == pytest.approx(output.data, rel=1e-14), expression
        for name, leaf in leaves.items():
            expected = pytest.approx(leaf.grad, rel=1e-13, abs=1e-300)
            assert parts[name]["gradient"] == expected, expression


def words(expression: str) -> set[str]:
    return set("".join(c if c.isalnum() or c == "_" else " " for c in expression).split())


def test_every_expression_is_another_and_lines_are_parts(evaluate: Any) -> None:
    text = "# a comment\nx = 2  # and another\n\nt = x*x\nt + x"
    (told,) = evaluate([text])
    rows = [(p["name"], p["line"], p["value"], p["gradient"], p["isLeaf"]) for p in told]
    assert rows == [("x", 2, 2, 5, True), ("t", 4, 4, 1, False), ("", 5, 6, 1, False)]
    assert evaluate([""]) == [[]]
    (told,) = evaluate(["x = 2; k = 2*3; y = k*x"])
    rows = [(p["name"], p["line"], p["value"], p["gradient"], p["isLeaf"]) for p in told]
    assert rows == [("x", 1, 2, 6, True), ("k", 1, 6, 2, False), ("y", 1, 12, 1, False)]


MISTAKES = [
    ("x = 1\ny = x *", 2, "a number, a name or a function is missing at the end"),
    ("y = w", 1, "w has no number: add a line w = 0.5 above"),
    ("x = 1\ny = (x", 2, "a ( is not closed"),
    ("x = 1\ny = 2x", 2, "an operator is missing before x"),
    ("x = 1\n\nx^2", 3, "an operator is missing before ^"),
    ("tan(1, 2)", 1, "tan takes 1, and 2 are given"),
    ("toString(1)", 1, "there is no function toString here"),
    ("w = 2\nx = 3\npower(w, x)", 3, "power: n must be a plain number"),
    ("x = 1; polygamma(x, 2)", 1, "polygamma: n must be a plain number"),
    ("dot(1, 2, 3)", 1, "dot of 3 numbers cannot be computed here"),
    ("ln(2)", 1, "there is no function ln here: did you mean log?"),
    ("x = 1; x = 2", 1, "x is given twice"),
    ("leaky_relu(1, 2, 3)", 1, "leaky_relu takes 2, and 3 are given"),
    ("log(0)", 1, "log needs x > 0, and is given 0"),
    ("x = 0\n1/x", 2, "divide needs"),
    ("exp(1000)", 1, "exp of 1000 is too large"),
    ("x = 1\ny = -1e400", 2, "1e400 is too large"),
    ("x = 1\nx = 2", 2, "x is given twice"),
    (") + 1", 1, "a number, a name or a function is missing before )"),
    ("f()", 1, "there is no function f here"),
    ("x = 1 2", 1, "an operator is missing before 2"),
]


@pytest.fixture(scope="module")
def told(evaluate: Any) -> dict[str, Any]:
    """What is told of each mistake, by its text: all in one process."""
    texts = [text for text, *_ in MISTAKES]
    return dict(zip(texts, evaluate(texts), strict=True))


@pytest.mark.parametrize(("text", "line", "message"), MISTAKES)
def test_an_error_says_what_and_has_its_line(
    text: str, line: int, message: str, told: dict[str, Any]
) -> None:
    assert told[text]["line"] == line
    assert message in told[text]["error"]
