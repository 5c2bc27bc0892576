"""The builder of random graphs."""

from engine import RULES
from engine.proof.graph_builder import Builder
from engine.proof.random_graph import Step


def test_a_number_that_is_as_large_as_a_place_is_not_taken_for_it() -> None:
    builder = Builder(lambda _: 1.5, max_leaves=1, max_operations=3)
    place = builder.apply(RULES["polygamma"], [0.0, 0])
    assert place == 1
    assert builder.repeat(place, 0) == 2
    assert builder.steps[2] == Step(RULES["polygamma"], (0.0, 0))
    assert [type(i) for i in builder.steps[2].inputs] == [float, int]
