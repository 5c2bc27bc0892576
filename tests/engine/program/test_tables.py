"""Arrays of one kind under many names."""

import re
from typing import Any

import numpy as np
import pytest

from engine import Program, Value, tanh
from engine.program.numpy import runtime, tables
from nn import MLP
from tests.engine.program.test_source import long_program


def defined(lines: list[str]) -> dict[str, Any]:
    names: dict[str, Any] = dict(vars(runtime))
    names |= {"np": np, "n": 3, "S": np.arange(2000.0).reshape(1000, 2)}
    given = set(names)
    exec("\n".join(lines), names)
    return {name: x for name, x in names.items() if name not in given and name != "__builtins__"}


@pytest.mark.parametrize("count", [1, tables.FEW, tables.FEW + 1, 2 * tables.FEW + 1, 91])
def test_each_of_many_names_holds_what_a_line_of_its_own_would_say(count: int) -> None:
    names = [f"x{k}" for k in range(count)]
    slices = [f"{k}:{9 * k + 1}" + (":3" if k % 2 else "") for k in range(count)]
    numbers = [" ".join(map(str, range(k + 1))) for k in range(count)]
    heights = [str(k + 1) for k in range(count)]

    found = defined(tables.views("S", dict(zip(names, slices))))
    assert list(found) == names
    for name, where in zip(names, slices):
        start, stop, *step = map(int, where.split(":"))
        right = np.arange(2000.0).reshape(1000, 2)[start : stop : (step or [1])[0]]
        assert np.array_equal(found[name], right) and found[name].base is not None

    found = defined(tables.buffers("n", dict(zip(names, heights))))
    assert [(x, found[x].shape) for x in found] == [(x, (k + 1, 3)) for k, x in enumerate(names)]

    found = defined(tables.indices(dict(zip(names, numbers))))
    assert {x: a.tolist() for x, a in found.items()} == {
        name: list(range(k + 1)) for k, name in enumerate(names)
    }
    assert {a.dtype for a in found.values()} == {np.dtype(int)}

    found = defined(tables.columns(dict(zip(names, numbers))))
    assert {x: a.tolist() for x, a in found.items()} == {
        name: [[float(i)] for i in range(k + 1)] for k, name in enumerate(names)
    }


def test_few_names_have_a_line_each_and_many_share_statements() -> None:
    few = [Value(0.1 * k) for k in range(2)]
    source = Program(tanh(few[0] * few[1]), [few[0]], [few[1]]).source
    assert not re.search(r"\b(rows|arrays|buffers)\(", source)
    model, x = MLP(2, [3, 1]), [Value(0.1), Value(0.2)]
    assert not re.search(
        r"\b(rows|arrays|buffers)\(", Program(model(x), x, model.parameters()).source
    )
    source = long_program().source
    for name in ("rows", "arrays", "buffers"):
        assert len(re.findall(rf"^def {name}\(", source, re.MULTILINE)) == 1
        assert len(re.findall(rf" = {name}\(", source)) > 1
    single = re.findall(r"^[a-z]\d+ = d?[SKGH]\[", source, re.MULTILINE)
    assert len(single) <= 5 * tables.FEW
