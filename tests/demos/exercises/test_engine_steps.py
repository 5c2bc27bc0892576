"""A learner builds an engine: each step's solution passes, each slip gets the hint for it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from demos.exercises.engine_file import add_stub
from demos.exercises.engine_marking import BY_NAME, mark_step
from demos.exercises.marking import Mark
from demos.exercises.step import HEAD, Slip, Step, engine_after
from demos.exercises.steps import STEPS

LONG = {5, 6}  # many graphs: some 3 s each
EVERY = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
Marked = Callable[[Step, str], Mark]


@pytest.fixture
def marked(tmp_path: Path) -> Marked:
    """Mark the text of a file at a step."""
    file = tmp_path / "my_engine.py"

    def mark(step: Step, text: str) -> Mark:
        file.write_text(text, encoding="utf-8")
        return mark_step(step, f"{file}:Value", f"{file}:MLP" if step.number > 10 else None)

    return mark


def slips() -> Iterator[object]:
    for step in STEPS:
        for number, slip in enumerate(step.slips, 1):
            slow = [pytest.mark.slow] if slip.fails == "2^40 paths" else []  # till time is up
            yield pytest.param(step, slip, id=f"{step.name}, {number}", marks=slow)


def test_there_are_twelve_and_their_properties_are_known() -> None:
    assert [step.number for step in STEPS] == list(range(1, 13))
    for step in STEPS:
        assert set(step.properties) <= BY_NAME.keys()
        assert {slip.fails for slip in step.slips} <= set(step.properties)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(each, id=each.name, marks=[pytest.mark.slow] if each.number in LONG else [])
        for each in STEPS
    ],
)
def test_the_solution_is_right_and_gives_its_reason(step: Step, marked: Marked) -> None:
    found = marked(step, engine_after(STEPS[: step.number]))
    assert found.right, found.text
    assert found.text == step.reason


@pytest.mark.parametrize(("step", "slip"), list(slips()))
def test_a_slip_gets_the_hint_for_it(step: Step, slip: Slip, marked: Marked) -> None:
    assert step.solution.count(slip.right) == 1
    wrong = replace(
        step,
        methods=step.methods.replace(slip.right, slip.wrong),
        below=step.below.replace(slip.right, slip.wrong),
    )
    found = marked(step, engine_after([*STEPS[: step.number - 1], wrong]))
    assert not found.right and found.hint == slip.hint, f"{found.hint}\n{found.text}"


def test_an_empty_file_gets_the_first_hint(marked: Marked) -> None:
    assert marked(STEPS[0], "").hint == STEPS[0].hints[0]


@EVERY
def test_a_stub_that_is_not_filled_in_gets_the_first_hint(
    step: Step, marked: Marked, tmp_path: Path
) -> None:
    if step.number in (4, 5, 6, 7):  # they change what is there: a slip each
        return
    file = tmp_path / "my_engine.py"
    if step.number > 1:
        file.write_text(engine_after(STEPS[: step.number - 1]), encoding="utf-8")
    add_stub(step, file)
    assert marked(step, file.read_text(encoding="utf-8")).hint == step.hints[0]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (", (self, other), (1.0, 1.0))", ", self, other, 1.0, 1.0)", "but 6 were given"),
        ("return Value(self.data + other.data, (self, other), (1.0, 1.0))", "pass", "it is None"),
        ("Value(self.data + other.data, (self, other), (1.0, 1.0))", "5.0", "it is a float"),
    ],
)
def test_what_is_written_and_not_yet_a_sum_is_told(
    right: str, wrong: str, said: str, marked: Marked
) -> None:
    text = engine_after(STEPS[:2])
    assert text.count(right) == 1
    found = marked(STEPS[1], text.replace(right, wrong))
    assert "there is no a + b" in found.text and said in found.text
    assert found.hint == STEPS[1].hints[0]


@pytest.mark.parametrize("wrong", ["def backward(self)\n", "\tpass\n", "\n\nprint(missing)\n"])
def test_a_file_that_does_not_run_gets_no_hint_on_gradients(wrong: str, marked: Marked) -> None:
    found = marked(STEPS[0], engine_after(STEPS[:1]) + wrong)
    assert "Error: " in found.text and found.hint.startswith("It has to run by itself first: ")
    assert "my_engine.py says" in found.hint


def test_what_fails_is_shown_with_its_program_and_graph(marked: Marked) -> None:
    wrong = engine_after(STEPS[:3]).replace("(other.data, self.data)", "(self.data, other.data)")
    found = marked(STEPS[2], wrong)
    assert (
        "c = a * b\n    c.backward()\n    print(a.grad)  # came out: 2.0; right: 3.0" in found.text
    )
    assert found.graph is not None and found.graph.data == 6.0


def test_the_whole_engine_has_what_is_used_and_no_more() -> None:
    text = engine_after(STEPS)
    for step in STEPS:
        for name in step.gone:
            assert name not in text
    assert text.count("def backward(") == text.count("def order(") == 1


# The file that grows


def test_stubs_go_into_the_class_and_below_it_and_what_is_there_stays(tmp_path: Path) -> None:
    file = tmp_path / "my_engine.py"
    add_stub(STEPS[0], file)
    assert file.read_text("utf-8") == HEAD + (
        "    def __init__(self, data):\n        ...\n\n    def backward(self):\n        ...\n"
    )
    with file.open("a", encoding="utf-8") as end:
        end.write("\n\nmine = Value(1.0)\n")
    told = add_stub(STEPS[1], file)
    assert told == "    def __add__(self, other):\n        ..."
    grown = file.read_text("utf-8")
    assert grown.endswith(f"\n\n{told}\n\n\nmine = Value(1.0)\n")
    assert add_stub(STEPS[1], file) == "" and file.read_text("utf-8") == grown
    add_stub(STEPS[11], file)
    assert file.read_text("utf-8").startswith(grown) and "\ndef train(" in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "begin with engine1"), ("x = 1\n", "no class Value"), ("def (", "line 1, is no Python")],
)
def test_a_file_that_cannot_grow_is_left_as_it_is(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "my_engine.py"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        add_stub(STEPS[2], file)
    assert file.read_text("utf-8") == text
