"""One derivative of a formula: what it truly is, and whether the number found for it is that."""

import decimal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from math import log10
from typing import Any, NamedTuple

from engine.floats import FLOATS
from engine.gradients import symbolic_partials
from engine.graph import topological_order
from engine.proof.differences import EPSILON, NOTHING, Numeric, numeric_derivative
from engine.proof.exact import DIGITS, EXACT, Exact, digits
from engine.proof.report import COARSE, RESOLUTION
from engine.proof.rounding import rounding_errors, usual_rounding_errors
from engine.rule import INF
from engine.rules import Rule
from engine.value import Number, Value, apply

STEP = Decimal("2.36e-18")  # of an exact difference, as a part of the scale
CLOSER = 8  # the first step is so many times larger
SHARP = 1e-15  # an error bar of this part of the derivative leaves nothing to be looked for
SLACK = 1e-11  # the part of itself by which a right number may be off: libraries are good to 1e-12
ROUNDINGS = 16.0  # the bounds on rounding count one unit in the last place; libraries take more
COMFORTABLE = (1e-60, 1e60)  # of such numbers a formula loses none that matters
TINY = 1e-290  # below it floats have few digits, or are 0

REFUSALS = (
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    LookupError,
)  # of numbers not meant for it


class Rounding(NamedTuple):
    """Bounds on the rounding error of a number, for good functions and for others."""

    usual: float  # each operation wrong by a unit in the last place of its result
    loose: float  # and of its inputs

    @classmethod
    def of(cls, computed: Number) -> "Rounding":
        """The bounds for what was computed of Values; none for a plain number."""
        if not isinstance(computed, Value):
            return cls(0.0, 0.0)
        order = topological_order((computed,))
        return cls(usual_rounding_errors(order)[computed], rounding_errors(order)[computed])


@dataclass(frozen=True, slots=True)
class ClaimedPartial:
    """That a formula of the table's kind, (m, *inputs) -> y, has this derivative by its input k."""

    formula: Callable[..., Any]
    numbers: Sequence[float]
    k: int
    found: float
    rounding: Callable[[], Rounding]  # of `found`
    exactly: Callable[[], Any] | None = None  # the formula of `found` in exact numbers
    of: str = ""  # what is differentiated, where it is not the rule itself


def claim_of(rule: Rule, numbers: Sequence[float], k: int, found: float) -> ClaimedPartial:
    """That this is the rule's partial by its input k."""

    def exactly() -> Any:
        xs = [Exact(x) for x in numbers]
        return rule.partials(EXACT, rule.value(EXACT, *xs), *xs)[k]

    rounding = partial(partial_error, rule, numbers, k)
    return ClaimedPartial(rule.value, numbers, k, found, rounding, exactly)


def leaves(rule: Rule, numbers: Sequence[float]) -> list[Number]:
    """The inputs of a rule as Values, but for those that are plain numbers."""
    return [x if k in rule.fixed else Value(x) for k, x in enumerate(numbers)]


def partial_error(rule: Rule, numbers: Sequence[float], k: int) -> Rounding:
    """How far rounding may bring a partial, computed as its formula says."""
    try:
        return Rounding.of(symbolic_partials(apply(rule, *leaves(rule, numbers)))[k])
    except REFUSALS:
        return Rounding(0.0, 0.0)


def judge(claim: ClaimedPartial) -> tuple[str, Numeric]:
    """ "agrees", "disagrees" or "inconclusive", and the derivative by differences.

    It disagrees where differences on no scale give the number that was found, those on one scale
    are sharp, and rounding is no excuse.
    """
    found: list[Numeric] = []
    for local in derivatives(claim):
        size, off = abs(local.value), abs(claim.found - local.value)
        is_near = off <= local.error + 2.0 * EPSILON * size and is_within(local, RESOLUTION)
        if is_near or max(abs(claim.found), size) < TINY:
            return "agrees", local
        found.append(local)
    best = min(found, key=error_part, default=NOTHING)
    if best.at_kink or not is_within(best, COARSE) or any(is_finer(local, best) for local in found):
        return "inconclusive", best
    off, rounding = abs(claim.found - best.value) - best.error, claim.rounding()
    if off <= ROUNDINGS * (rounding.usual + EPSILON * abs(best.value)):
        return "agrees", best
    is_hidden = off <= ROUNDINGS * rounding.loose or is_lost(claim, best)
    return "inconclusive" if is_hidden else "disagrees", best


def error_part(numeric: Numeric) -> float:
    """The error bar as a part of the derivative."""
    if numeric.error == 0.0 or numeric.value == 0.0:
        return INF if numeric.error else 0.0
    return numeric.error / abs(numeric.value)


def is_finer(local: Numeric, best: Numeric) -> bool:
    """Whether differences on a smaller scale contradict: of stairs, others show the average."""
    error = local.error if local.error < INF else local.jump_error
    return local.scale < best.scale and abs(local.value - best.value) > error + best.error


def is_within(numeric: Numeric, part: float) -> bool:
    """Whether the error bar is no more than this part of the derivative."""
    return numeric.error <= part * abs(numeric.value)


def is_lost(claim: ClaimedPartial, local: Numeric) -> bool:
    """Whether the formula of what was found is right, and floats are too small or large for it."""
    low, high = COMFORTABLE
    if all(low <= abs(x) <= high for x in (*claim.numbers, local.value) if x):
        return False
    if claim.exactly is None:
        return True
    try:
        with digits(DIGITS):
            off = abs(as_float(Decimal(claim.exactly())) - local.value)
    except REFUSALS:
        return True
    return off <= local.error + SLACK * abs(local.value)


def derivatives(claim: ClaimedPartial) -> Iterator[Numeric]:
    """The derivative by differences, in one way after the other: the first is mostly the best.

    In decimals, with more digits where 50 are not enough; in floats where they tell nothing, as of
    a formula that does not take them. The scale on which the function varies is not known: that of
    the input is tried, 1, that of the other inputs, and one as small as the distance of floats.

    >>> from engine.rules import RULES
    >>> slope = next(derivatives(claim_of(RULES["tanh"], [20.0], 0, 0.0)))  # 1 - tanh² is 0 here
    >>> f"{slope.value:.8g} ± {slope.error:.0e}"
    '1.6993417e-17 ± 2e-32'
    """
    is_sharp = is_known = False
    for count in (DIGITS, 3 * DIGITS, 8 * DIGITS):
        for scale in scales(claim.numbers, claim.k):
            with suppress(*REFUSALS):
                found = exact_difference(claim, scale, count)
                is_sharp = is_sharp or is_within(found, SHARP)
                is_known = is_known or found.error < INF
                yield found
        if is_sharp:
            return
    if is_known:
        return
    with suppress(ValueError, ArithmeticError):
        yield numeric_derivative(partial(value_with, claim), claim.numbers[claim.k])


def value_with(claim: ClaimedPartial, x: float) -> float:
    """The formula's number with x for the input in question."""
    numbers, k = claim.numbers, claim.k
    value: float = claim.formula(FLOATS, *numbers[:k], x, *numbers[k + 1 :])
    return value


def scales(numbers: Sequence[float], k: int) -> Iterator[float]:
    size = abs(numbers[k])
    others = sorted({abs(x) for x in numbers})[:8]
    stairs = [size / x * size for x in others if x > size]
    yield from dict.fromkeys(s for s in (size, 1.0, *others, EPSILON * size, *stairs) if s)


def exact_difference(claim: ClaimedPartial, scale: float, count: int) -> Numeric:
    """Central differences with two steps: the error bar is twice what the second one changes.

    Raises one of `REFUSALS` where the formula takes no exact numbers.
    """
    k, larger = claim.k, max(abs(claim.numbers[claim.k]) / scale, 1.0)
    with digits(count + int(log10(larger))) as context:
        xs = [Exact(x) for x in claim.numbers]

        def at(x: Decimal) -> Decimal:
            found = claim.formula(EXACT, *xs[:k], Exact(x), *xs[k + 1 :])
            if not isinstance(found, Exact):
                raise TypeError("the formula gives no exact number")
            return Decimal(found)

        def difference(h: Decimal) -> tuple[Decimal, Decimal, bool]:
            """The slope, the jump, and whether the function's numbers are rounded."""
            above, below = xs[k] + h, xs[k] - h
            context.clear_flags()
            right, left, is_rounded = at(above), at(below), context.flags[decimal.Inexact]
            return (right - left) / (above - below), (right + left - 2 * center) / h, is_rounded

        center, h = at(xs[k]), STEP * Decimal(scale)
        coarse, coarse_jump, _ = difference(h * CLOSER)
        slope, jump, is_rounded = difference(h)
        noise = 100 * (abs(center) + abs(h * slope)) / h / 10**context.prec if is_rounded else 0
        if slope == 0 and is_rounded:  # which is no proof that it is 0: (x + 1e99) - 1e99
            return Numeric(0.0, INF, 0.0, as_float(Decimal(noise)), as_float(h), scale)
        as_rounded = abs(slope - Decimal(as_float(slope)))
        error = as_float(2 * abs(slope - coarse) + noise + as_rounded)
        jump = (CLOSER * jump - coarse_jump) / (CLOSER - 1)  # of a smooth function it is 0 at h = 0
        jump_error = error + SHARP * abs(as_float(slope))
        return Numeric(as_float(slope), error, as_float(jump), jump_error, as_float(h), scale)


def as_float(x: Decimal) -> float:
    return float(Decimal(x)) if abs(x) < Decimal("1e308") else INF if x > 0 else -INF
