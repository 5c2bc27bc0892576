"""The lesson on an engine of one's own: its tests pass, the judge finds two faults, both mended."""

from math import isclose

from demos.chapter6_proofs.own_engine import ASKED, own_tests
from demos.helpers.lecture_engine import Mended, Value
from engine.proof.judge import PROPERTIES


def test_what_its_author_tried_is_all_right() -> None:
    assert len(own_tests()) == 5
    assert all(isclose(found, right) for _, found, right in own_tests())


def test_the_judge_finds_two_faults_and_none_after_mending(run_quick) -> None:
    printed = run_quick("own_engine", "smallest.svg")
    before, after = printed.split("Mended:")
    failed = [line.split(" ", 3)[3] for line in before.splitlines() if line.startswith("  ✗")]
    assert failed == ["topological order", "backward twice", "topological order"]
    assert "came out: 3.0; right: 5.0" in before
    assert "✗" not in after and after.count("✓") == 2


def test_the_program_that_it_shows_is_right_in_the_mended_engine() -> None:
    slopes = []
    for kind in (Value, Mended):
        a = kind(2.0)
        b = a + a
        c = a + b
        (b + c).backward()
        slopes.append(a.grad)
    assert slopes == [3.0, 5.0]


def test_what_is_asked_is_what_the_judge_knows() -> None:
    assert set(ASKED) <= {each.name for each in PROPERTIES}
