"""What the figures are measured with does what it says."""

import shutil
from collections.abc import Callable
from inspect import unwrap

import pytest

from engine import Program, Value
from tests.benchmarks.timing import InC


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_a_contestant_in_c_has_its_programs_in_c(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(unwrap(Program.__init__).__kwdefaults__, "backend", "numpy")
    w, x = Value(0.5), Value(2.0)
    made: list[Program] = []

    def make() -> Callable[[], object]:
        made.append(Program(w * x, [x], [w]))
        return lambda: made[0]([[1.0]])

    work = InC(make)()
    assert work() == [0.5]
    assert made[0].backend == "c"
