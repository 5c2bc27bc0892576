"""A long source: functions of whole groups, and blocks that are compiled one after the other."""

import random
import re
from pathlib import Path
from typing import Any

from engine import Program, Value, sigmoid, sin, tanh
from engine.program.lines import Line
from engine.program.numpy.formulas import FEW
from engine.program.numpy.source import (
    FEW_LINES,
    LONG,
    MOST_LINES,
    OF_BLOCK,
    blocks,
    functions,
)
from engine.proof.programs import check_program
from nn import MLP
from tests.engine.program.agreement import assert_saved_is_the_same


def long_program() -> Program:
    """Operations on any of the values before them: a group of a few for each kind and depth."""
    rng = random.Random(0)
    leaves = [Value(rng.uniform(-1, 1)) for _ in range(8)]
    values = list(leaves)
    operations = [lambda a, b: tanh(a + b), lambda a, b: a * b, lambda a, b: sigmoid(a) - sin(b)]
    for _ in range(400):
        values.append(rng.choice(operations)(rng.choice(values), rng.choice(values[-40:])))
    return Program(tanh(sum(values[-30:])), leaves[:4], leaves[4:])


def functions_in(source: str) -> dict[str, list[str]]:
    """The lines of each function, by its name."""
    names, texts = zip(*re.findall(r"^def (\w+)\(X\):\n((?:    .*\n)*)", source, re.MULTILINE))
    return dict(zip(names, map(str.splitlines, texts)))


def test_a_long_pass_calls_functions_of_whole_groups_in_order() -> None:
    found = functions_in(long_program().source)
    for name in ("forward", "backward"):
        parts = [part for part in found if re.fullmatch(rf"{name}\d+", part)]
        assert len(parts) > 1 and found[name] == [f"    {part}(X)" for part in parts]
        assert parts == [f"{name}{k + 1}" for k in range(len(parts))]
        sizes = [sum([1 + len(line) // LONG for line in found[part]]) for part in parts[:-1]]
        assert all([FEW_LINES <= size < FEW_LINES + 20 for size in sizes])
        assert all([found[part][0].startswith("    # ") for part in parts[1:]])


def test_a_long_chain_is_several_functions_of_whole_statements() -> None:
    """One group alone, without a title between its lines."""
    rng = random.Random(0)
    x, w = Value(0.5), Value(0.9)
    ys: list[Value] = [w, x]
    operations = [lambda a, b: tanh(a + b), lambda a, b: a * b, lambda a, b: sigmoid(a) - sin(b)]
    for _ in range(600):
        ys.append(rng.choice(operations)(ys[-1], rng.choice(ys[-4:])))
    program = Program(ys[-1], [x], [w])
    found = functions_in(program.source)
    parts = [lines for name, lines in found.items() if re.fullmatch(r"forward\d+", name)]
    assert len(parts) > 3 and max(map(len, parts)) < FEW_LINES + 20
    check_program(program, [[0.4], [0.6]])


def test_a_short_pass_is_one_function() -> None:
    model, x = MLP(2, [3, 1]), [Value(0.1), Value(0.2)]
    assert list(functions_in(Program(model(x), x, model.parameters()).source)) == [
        "forward",
        "backward",
    ]


def test_the_lines_of_parts_stand_under_their_titles() -> None:
    program = long_program()
    lines, at = program.source.splitlines(), set()
    for part in program.parts():
        assert lines[part.lines[0]] == f"    # {part.title}"
        at.update(part.lines)
    first = lines.index("def forward1(X):")
    calls = re.compile(r"    (# |np\.|take\(|add_to\(|formula\d)")
    in_passes = {k for k, line in enumerate(lines) if k > first and calls.match(line)}
    assert len(in_passes) > 3 * MOST_LINES and in_passes <= at


def test_a_formula_of_more_than_a_few_kernels_is_a_function_that_each_of_them_calls() -> None:
    """With one line for each kernel, and what it means in its docstring."""
    rng = random.Random(0)
    x, ws = Value(0.5), [Value(0.1 * k) for k in range(1, 4)]
    for steps in (FEW, FEW + 1):
        ys: list[Value] = [x]
        for k in range(steps):  # kernels of other sizes, so that there is no loop
            ys = [tanh(rng.choice(ws) * rng.choice(ys)) for _ in range(40 - 2 * k - k % 3)]
        program = Program(sum(ys), [x], ws)
        source = program.source
        calls = re.findall(r"^    formula\d+\(.*\)$", source, re.MULTILINE)
        assert len(calls) == (steps if steps > FEW else 0)
        assert ("out0 = (1 − y²)·d" in source) == (steps > FEW)
        check_program(program, [[0.4], [-0.6]])
    text = """
def formula1(y, d, out0):
    \"\"\"out0 = (1 − y²)·d\"\"\"
    np.multiply(y, y, out=out0)
    np.subtract(1.0, out0, out=out0)
    np.multiply(out0, d, out=out0)

"""
    assert text in source and source.count("np.subtract(1.0") == 1


def test_a_long_program_agrees_with_the_graph_and_so_does_what_it_saves(tmp_path: Path) -> None:
    program = long_program()
    batch = [[0.1, 0.2, 0.3, 0.4], [-0.4, 0.3, -0.2, 0.1]]
    check_program(program, batch)
    assert_saved_is_the_same(program, batch, tmp_path / "net.py")


def test_no_block_of_a_long_source_is_long() -> None:
    program = long_program()
    found: Any = program._source
    for block in (*found.head, *found.passes):
        code = re.sub('"""[^"]*"""', "", block)  # of a text each line is no line of code
        assert code.count("\n") < 2 * FEW_LINES
    assert len(found.passes) > 4
    assert program.source == "\n".join([found.head_text, *found.passes, ""])


def test_blocks_hold_whole_statements() -> None:
    lines = ["def f():", "    a", "", "    b", "c"] * OF_BLOCK
    found = blocks(lines)
    assert "\n".join(found) == "\n".join(lines)
    assert all([block.startswith(("def f():\n    a\n", "c")) for block in found])
    assert max([block.count("\n") for block in found]) < OF_BLOCK + 4
    assert blocks([]) == []


def test_long_lines_count_as_several() -> None:
    lines = ["x" * LONG * 2] * OF_BLOCK
    assert [block.count("\n") + 1 for block in blocks(lines)] == [4, 4, 2]


def test_a_pass_that_is_not_long_is_one_function() -> None:
    for count, n_parts in ((MOST_LINES, 0), (MOST_LINES + 1, 2)):
        lines = [Line((k,), f"    # {k}") for k in range(count)]
        texts = [line.text for line in functions("forward", lines)]
        assert sum([text.startswith("    forward") for text in texts]) == n_parts


def test_a_function_of_no_lines_does_nothing() -> None:
    assert [line.text for line in functions("forward", [])][2:] == ["def forward(X):", "    pass"]


def test_lines_before_the_first_title_are_of_the_first_function() -> None:
    titles = [Line((k,), f"    # {k}") for k in range(2 * MOST_LINES)]
    lines = [Line((), "    S[:2] = X"), *titles]
    texts = [line.text for line in functions("forward", lines)]
    assert texts[2:4] == ["def forward1(X):", "    S[:2] = X"]


def test_a_loop_is_in_one_function_however_long() -> None:
    body = [Line((0,), "        np.sin(s1, out=s2)")] * 3 * MOST_LINES
    lines = [Line((0,), "    # 3 x sin"), Line((), "    for s1, s2 in steps1:"), *body]
    assert [line.text for line in functions("forward", lines)].count("def forward(X):") == 1
    assert len(functions("forward", lines)) == 3 + len(lines)
