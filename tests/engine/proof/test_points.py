"""The points at which a rule is checked: inside its domain, and moderate."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import RULES, Rule
from engine.proof.points import POINTS_OF_A_RULE, sample_points


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@given(seed=st.integers(0, 10**6))
def test_the_points_of_a_rule_are_inside_its_domain_and_moderate(rule: Rule, seed: int) -> None:
    found = list(sample_points(rule, random.Random(seed)))
    assert len(found) == POINTS_OF_A_RULE
    assert all(rule.holds_at(*point) for point in found)
    assert max(abs(x) for point in found for x in point) <= 11.0
