"""The properties: each a record of its own, and none that a right engine lacks."""

import os

import pytest

from demos.course import LESSONS
from engine.proof import PROPERTIES
from engine.proof.judge.bench import Bench, NotOffered
from engine.proof.judge.operations import OPERATIONS
from engine.proof.judge.subject import Subject
from tests.engine.proof.judge import engines

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
DEEP = "depth 1,000,000"  # takes seconds
SUBJECTS = {"ours": Subject("engine:Value", "nn:MLP")}
if THOROUGH:
    SUBJECTS["another"] = Subject(engines.Right, engines.Net)
    SUBJECTS["float32"] = Subject(engines.Single)


@pytest.fixture(scope="module", params=SUBJECTS.values(), ids=SUBJECTS)
def bench(request):
    with Bench(request.param) as bench:
        yield bench


@pytest.mark.parametrize("property", PROPERTIES, ids=str)
def test_a_right_engine_lacks_nothing(property, bench):
    if property.name == DEEP and not (THOROUGH and bench.subject is SUBJECTS["ours"]):
        pytest.skip("takes half a minute; ours is asked, thoroughly")
    try:
        finding = property.finding(bench)
    except NotOffered:
        return
    assert finding is None, f"{finding}"


def test_our_engine_is_asked_nearly_everything():
    with Bench(SUBJECTS["ours"]) as bench:
        missing = {"a.inv()", "a.reciprocal()", "a.square()"}
        assert set(OPERATIONS) - set(bench.right) == missing


def test_names_are_unique_and_lessons_exist():
    names = [property.name for property in PROPERTIES]
    assert len(set(names)) == len(names)
    assert {property.lesson for property in PROPERTIES} <= set(LESSONS)
    assert all(property.why.endswith(".") for property in PROPERTIES)
