"""Symbols: a rule's formula on symbols has the value that it has on floats."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import RULES, Rule
from engine.floats import FLOATS
from engine.formula.style import Style, Written, write_term
from engine.symbols import SYMBOLS, Symbol, Term, divide, multiply

A, B = Symbol("a"), Symbol("b")


def value_of(term: Term, names: dict[str, float]) -> float:
    """What a symbolic formula computes with these numbers for its names."""
    if not isinstance(term, Symbol):
        return term
    if not term.terms:
        return names[term.head]
    inputs = [value_of(inner, names) for inner in term.terms]
    return float(RULES[term.head].value(FLOATS, *inputs))


def at_a_point(rule: Rule, point: tuple[float, ...]) -> tuple[list[Term], dict[str, float]]:
    """A symbol for each input that is not fixed, and the numbers of all names, y for the output."""
    names = {f"x{k}": x for k, x in enumerate(point)}
    terms = [x if k in rule.fixed else Symbol(f"x{k}") for k, x in enumerate(point)]
    return terms, names | {"y": rule.value(FLOATS, *point)}


class InFull(Style):
    """Text as Python reads it, its numbers with all their digits."""

    minus, times = "-", "*"

    def name(self, label: str) -> Written:
        return Written(label)

    def number(self, number: float) -> Written:
        return Written(f"({number!r})")

    def superscript(self, base: str, exponent: Written) -> str:
        return f"{base}**({exponent.text})"

    def fenced(self, left: str, inner: str, right: str) -> str:
        return {"|": f"abs({inner})", "[": f"float({inner})", "(": f"({inner})"}[left]


FUNCTIONS = {name: getattr(FLOATS, name) for name in RULES}


def test_a_power_may_be_written_as_python_writes_it() -> None:
    for term, right in ((A**2, 9.0), (2.0**A, 8.0), (A**B, 3.0**1.5), (A**1, 3.0), (A**0, 1.0)):
        assert value_of(term, {"a": 3.0, "b": 1.5}) == right


def test_zero_and_minus_zero_are_two_numbers() -> None:
    x = Symbol("x")
    zero, minus, whole = [Symbol("copysign", (x, number)) for number in (0.0, -0.0, 0)]
    assert zero == whole != minus and len({zero, minus, whole}) == 2
    assert Symbol("exp", (zero,)) != Symbol("exp", (minus,))


@given(st.data())
@pytest.mark.parametrize("name", RULES)
def test_symbols_and_their_text_have_the_value_of_the_partials_of_floats(
    points: Callable[..., Any], name: str, data: st.DataObject
) -> None:
    rule = RULES[name]
    point = data.draw(points(rule))
    symbols, names = at_a_point(rule, point)
    expected = rule.partials(FLOATS, names["y"], *point)
    for term, number in zip(rule.partials(SYMBOLS, Symbol("y"), *symbols), expected, strict=True):
        # 1e-15: pow and · may round a square differently, and 1 − y² cancels
        near = pytest.approx(number, rel=1e-12, abs=1e-15)
        assert value_of(term, names) == near
        assert eval(write_term(term, InFull()).text, FUNCTIONS, names) == near


@pytest.mark.parametrize(
    ("simple", "same"),
    [
        (A + 0.0, A),
        (0.0 + A, A),
        (A - 0.0, A),
        (0.0 - A, -A),
        (A + -B, A - B),
        (A - -B, A + B),
        (0.0 * A, 0.0),
        (1.0 * A, A),
        (A * -1.0, -A),
        (-A * B, -(A * B)),
        (A * -B, -(A * B)),
        (A * A, Symbol("power", (A, 2.0))),
        (B * A * A, B * (A * A)),
        (A / 1.0, A),
        (-A / B, -(A / B)),
        (-(-A), A),  # noqa: B002
        (SYMBOLS.power(A, 1.0), A),
        (SYMBOLS.power(A, 0.0), 1.0),
        (SYMBOLS.log(1.0), 0.0),
    ],
)
def test_what_is_trivial_is_simplified(simple: Term, same: Term) -> None:
    assert simple == same


NUMBERS = st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0, 3.0])
TERMS = st.recursive(
    NUMBERS | st.sampled_from([A, B]),
    lambda inner: st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda a, b: a - b, inner, inner),
        st.builds(multiply, inner, inner),
        inner.map(lambda a: -a),
        inner.map(lambda a: divide(a, 2.0)),
    ),
    max_leaves=8,
)


@given(TERMS, TERMS, NUMBERS, NUMBERS)
def test_simplifying_changes_no_value(s: Term, t: Term, a: float, b: float) -> None:
    names = {"a": a, "b": b}
    x, y = value_of(s, names), value_of(t, names)
    results = {s + t: x + y, s - t: x - y, multiply(s, t): x * y, -s: -x, divide(s, 4.0): x / 4}
    for term, number in results.items():
        assert value_of(term, names) == pytest.approx(number, rel=1e-12, abs=1e-12)
