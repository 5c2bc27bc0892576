"""A program that is saved as C is built by a strict compiler, and gives what the program gives."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine import Value, tanh
from engine.errors import DomainError
from engine.program import Program
from tests.engine.program.agreement import recurrent_net
from tests.engine.program.test_c import layers

STRICT = "-std=c99 -pedantic -Wall -Wextra -Wdouble-promotion -Werror -O0".split()
MAIN = """\
#include <stdio.h>
void predict(const double *inputs, double *outputs);
int main(void)
{{
    static const double samples[][{n_inputs}] = {{ {samples} }};
    for (int s = 0; s < {n}; s++) {{
        double outputs[{n_outputs}];
        predict(samples[s], outputs);
        for (int k = 0; k < {n_outputs}; k++)
            printf("%.17g\\n", outputs[k]);
    }}
    return 0;
}}
"""


def ran(program: Program, batch: Any, folder: Path) -> Any:
    """What the saved file gives for each sample, run by itself."""
    program.save(folder / "net.c")
    batch = np.asarray(batch, float)
    n_inputs, n_outputs = max(1, batch.shape[1]), len(program.traced.outputs)
    samples = ", ".join("{" + ", ".join(map(repr, row or [0.0])) + "}" for row in batch.tolist())
    main = MAIN.format(n_inputs=n_inputs, n_outputs=n_outputs, n=len(batch), samples=samples)
    (folder / "main.c").write_text(main)
    command = ["cc", *STRICT, "-o", "net", "net.c", "main.c", "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    printed = subprocess.run([folder / "net"], capture_output=True, text=True, check=True).stdout
    return np.array(list(map(float, printed.split()))).reshape(len(batch), n_outputs)


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_it_is_built_and_gives_what_the_program_gives(tmp_path: Path) -> None:
    output, inputs, parameters = layers()
    (state,), steps, others = recurrent_net("LSTM", 8, at_each=True)
    a, b, x = parameters[0], parameters[1], inputs[3]
    special = engine.where(x, x.erfc(), engine.polygamma(1, x))
    table = engine.choose(steps[0] * 0.0 + 1.0, [w.exp() for w in parameters[9:1:-2]])
    outputs = [table, output, a * b.exp(), output * a, x, state, special]
    program = Program(outputs, [*inputs, *steps], [*parameters, *others])
    batch = np.random.default_rng(0).normal(size=(3, len(inputs) + len(steps)))
    program.parameters += 0.01  # those of now are saved
    np.testing.assert_allclose(ran(program, batch, tmp_path), program(batch), rtol=1e-12)
    text = (tmp_path / "net.c").read_text()
    assert re.findall("#include.*", text) == ["#include <math.h>"]
    assert not re.search(r"malloc|EACH_SAMPLE|uint64_t|__", text)


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
@pytest.mark.parametrize("label", ["G", "H", "K", "S", "polygamma", "maximum", "*/ /* \\", "??/"])
def test_a_label_is_no_name_in_it(label: str, tmp_path: Path) -> None:
    w, x = Value(0.5, label), Value(2.0, label)
    hidden = tanh(w * x)
    hidden.label = label
    program = Program(hidden * 3.0, [x], [w])
    np.testing.assert_allclose(ran(program, [[0.5]], tmp_path), [program([[0.5]])], rtol=1e-12)
    assert "polygamma(" not in (tmp_path / "net.c").read_text()


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_a_table_of_parameters_that_lie_anywhere(tmp_path: Path) -> None:
    index, ws = Value(0.0), [Value(w) for w in (0.5, 2.0, -1.0, 4.0)]
    program = Program(engine.choose(index, [ws[3], ws[0], ws[2]]), [index], ws)
    assert ran(program, [[0.0], [1.0], [2.0]], tmp_path).ravel().tolist() == [4.0, 0.5, -1.0]
    assert "static const double H[]" in (tmp_path / "net.c").read_text()


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5, 6], [5, 0, 3, 3, 2, 6, 1]])
def test_many_outputs_are_put_in_their_places_by_a_loop(order: list[int], tmp_path: Path) -> None:
    x, ws = Value(0.5, "x"), [Value(0.1 * k) for k in range(7)]
    ys = [tanh(w * x) for w in ws]
    program = Program([ys[k] for k in order], [x], ws)
    np.testing.assert_allclose(ran(program, [[0.5], [2.0]], tmp_path), program([[0.5], [2.0]]))
    assert (tmp_path / "net.c").read_text().count("outputs[") == 1


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_nothing_is_needed_of_what_is_not_there(tmp_path: Path) -> None:
    x, w = Value(0.5), Value(2.0)
    assert ran(Program(x.tanh(), [x]), [[0.5]], tmp_path) == pytest.approx(np.tanh(0.5))
    assert ran(Program(w * w, [], [w]), [[]], tmp_path) == 4.0


@pytest.mark.skipif(not (shutil.which("cc") and shutil.which("c++")), reason="no C++ compiler")
def test_cpp_calls_it_as_its_first_lines_say(tmp_path: Path) -> None:
    x = Value(0.5)
    Program(x * 3.0, [x], backend="numpy").save(tmp_path / "net.c")
    head = (tmp_path / "net.c").read_text().partition("#include")[0]
    (declaration,) = re.findall(r"void predict\(.*\);", head)
    (linkage,) = re.findall(r'in C\+\+,\s.* after (extern "C")\.', head)
    body = "double x = 0.5, y; int main() { predict(&x, &y); return y == 1.5 ? 0 : 1; }"
    (tmp_path / "main.cpp").write_text(f"{linkage} {declaration} {body}")
    subprocess.run(["cc", "-c", "net.c"], cwd=tmp_path, check=True)
    subprocess.run(["c++", "-o", "net", "main.cpp", "net.o", "-lm"], cwd=tmp_path, check=True)
    subprocess.run([tmp_path / "net"], check=True)


def test_its_first_lines_say_how_it_is_called(tmp_path: Path) -> None:
    x, y, w = Value(0.5, "x"), Value(0.5, "y */ #error"), Value(2.0)
    Program(tanh(w * x + y), [x, y], [w], backend="numpy").save(str(tmp_path / "net.c"))
    head = (tmp_path / "net.c").read_text().partition("#include")[0]
    assert "void predict(const double *inputs, double *outputs);" in head
    assert "inputs: 2 numbers (x, y * / #error); outputs: 1 number." in head


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_what_no_double_can_hold_is_no_number_there(tmp_path: Path) -> None:
    """Nor is a sum that the file takes in another order than the graph does, as it says."""
    w, x, y = (Value(number) for number in (1e-5, 1e308, 1e308))
    assert (w * x + w * y).data == pytest.approx(2e303)
    found = ran(Program(w * x + w * y, [x, y], [w]), [[1e308, 1e308], [2e7, 3e7]], tmp_path)
    assert found.ravel().tolist() == [np.inf, pytest.approx(500.0)]
    head = (tmp_path / "net.c").read_text().partition("#include")[0]
    assert "INFINITY or NAN" in head and "w*(x + y) for w*x + w*y" in head


def test_parameters_that_give_no_number_are_refused(tmp_path: Path) -> None:
    x, w = Value(0.5), Value(2.0)
    program = Program(x * w.log(), [x], [w])
    program.parameters[:] = -1.0
    with pytest.raises(DomainError, match="log's domain"):
        program.save(tmp_path / "net.c")
    assert not (tmp_path / "net.c").exists()


def test_sums_of_parameters_that_are_too_large_are_refused(tmp_path: Path) -> None:
    x, v, w = Value(0.5), Value(2.0), Value(3.0)
    program = Program(x * (v + w), [x], [v, w])
    program.parameters[:] = 1.5e308
    with pytest.raises(OverflowError, match="too large for a float"):
        program.save(tmp_path / "net.c")
    assert not (tmp_path / "net.c").exists()
