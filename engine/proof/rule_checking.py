"""Proof of a rule: its partials against differences of its value, in every region of its domain."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from math import isfinite
from numbers import Real
from typing import Any, NoReturn

from engine.errors import write_call
from engine.floats import FLOATS
from engine.gradients import gradients, symbolic_partials
from engine.messages import brief, check_kind
from engine.proof.blame import describe_first_unlike
from engine.proof.checking import check_gradients
from engine.proof.differences import EPSILON
from engine.proof.glance import LOST, glance_at_input, glance_together, look_closely
from engine.proof.local import (
    ROUNDINGS,
    ClaimedPartial,
    Rounding,
    claim_of,
    judge,
    leaves,
    partial_error,
)
from engine.proof.points import POINTS_OF_A_RULE, Probe, free_inputs, probes, sample_points
from engine.proof.report import GradientError, Report, Row, Undecided
from engine.rules import Rule
from engine.value import Number, Value, apply, constant

MODERATE = (1e-16, 1e16)  # numbers of this size leave a rule no excuse
FAR_CLAIMS = 6  # of the derivatives at other numbers that floats do not show, so many are settled
EXACT_POINTS = 1  # of the 40 moderate ones are settled with 50 digits in any case
POINTS_OF_HIGHER_ORDER = 10


def check_rule(rule: Rule, *, order: int = 2, rng: random.Random | None = None) -> None:
    """Prove a rule of the table, or one of your own, in every region of its domain.

    Its partials, and with order = 2 their own derivatives as graphs, are compared with differences
    at 40 moderate points, at special ones such as small integers, halves and equal inputs, and with
    each input at every order of magnitude, of both signs, and as near to the edges of its domain; a
    vector is given up to 34 numbers, and none. A glance at two values of the rule is enough where
    it shows the partial; elsewhere the rule's formula is computed with 50 digits. At the points of
    `chosen` the partials must be exactly the values given there.

    Raises GradientError where a partial is wrong, is no number, or takes no Values (order = 1 asks
    for floats alone); Undecided where the check is conclusive at fewer than half of the 40 points.

    >>> from engine import RULES
    >>> check_rule(RULES["tanh"])
    """
    check_kind(rule, Rule, where="check_rule")
    checker = Checker(rule, order, rng or random.Random(0))
    checker.check_choices()
    closely = Counter(map(checker.check_closely, sample_points(rule, checker.rng)))
    for probe in probes(rule, checker.rng):
        checker.check(probe)
    checker.settle_far()
    if order > 2:
        checker.check_higher()
    if closely[True] < POINTS_OF_A_RULE / 2:
        only = f"only {closely[True]} of {POINTS_OF_A_RULE} points are conclusive"
        lost = f"; at {closely[None]} it has no value" if closely[None] else ""
        way = ": its domain says where it has one, as domain=(POSITIVE,)" if lost else ""
        raise Undecided(f"{rule.name}: {only}{lost}{way}")


@dataclass(frozen=True, slots=True)
class Checker:
    """What a rule is checked with; each method raises GradientError where something is wrong."""

    rule: Rule
    order: int
    rng: random.Random
    far: list[ClaimedPartial] = field(default_factory=list)  # left open at extreme numbers
    exact: "Counter[int]" = field(default_factory=Counter)  # points where input k was settled

    def check_choices(self) -> None:
        """That the partials at each kink are those that the rule states."""
        for kink, stated in self.rule.chosen.items():
            found = tuple(self.rule.partials(FLOATS, self.rule.value(FLOATS, *kink), *kink))
            if found != stated:
                call = write_call(self.rule, [repr(x) for x in kink])
                raise GradientError(
                    f"{call}: at this kink the partials are {found}, but `chosen` says {stated}",
                    apply(self.rule, *kink),
                )

    def check_closely(self, point: Sequence[float]) -> bool | None:
        """Whether every partial is proved, to a few parts in 10¹¹ where floats show so much; each
        exactly at the first points where it is not 0, as those of `maximum` mostly are. None where
        the rule has no value."""
        partials = self.partials(point)
        if partials is None:
            return None
        function, free = partial(self.rule.value, FLOATS), free_inputs(self.rule, len(point))
        decided = True
        for k in free:
            shown = look_closely(function, point, partials, k) or glance_at_input(
                function, point, k, partials[k]
            )
            exactly = self.exact[k] < EXACT_POINTS
            self.exact[k] += partials[k] != 0.0
            if exactly or not shown:
                decided &= settle(self.rule, claim_of(self.rule, point, k, partials[k]))
        if self.order > 1:
            self.check_second(point, partials, free)
        return decided

    def check(self, probe: Probe) -> None:
        """The partials at a glance, and what it leaves open settled."""
        rule, point = self.rule, probe.point
        partials = self.partials(point)
        if partials is None:
            return
        function, free = partial(rule.value, FLOATS), free_inputs(rule, len(point))
        if probe.together:
            doubtful = free if glance_together(function, point, partials, free) is False else []
        else:
            doubtful = [
                k
                for k in (free if probe.along is None else [probe.along])
                if glance_at_input(function, point, k, partials[k], probe.distance) is False
            ]
        self.settle(claim_of(rule, point, k, partials[k]) for k in doubtful)
        if self.order > 1 and probe.curved:
            self.check_second(point, partials, free)

    def settle(self, claims: Iterable[ClaimedPartial]) -> None:
        """Now where numbers are moderate; later, as many of them as there is time for."""
        for claim in claims:
            if is_moderate(claim.numbers):
                settle(self.rule, claim)
            else:
                self.far.append(claim)

    def settle_far(self) -> None:
        for claim in self.rng.sample(self.far, min(len(self.far), FAR_CLAIMS)):
            settle(self.rule, claim)

    def partials(self, point: Sequence[float]) -> Sequence[float] | None:
        """The partials; None where the rule has no value, or numbers may be too large for them."""
        try:
            y = self.rule.value(FLOATS, *point)
        except (ValueError, ArithmeticError):
            return None
        except Exception as error:  # whatever its author did not think of
            self.refuse(point, raised(error))
        if not isinstance(y, Real):
            self.refuse(
                point, f"gives {brief(repr(y))}, and a number is needed: is there a return?"
            )
        y = float(y)
        if not isfinite(y):
            return None
        try:
            given = self.rule.partials(FLOATS, y, *point)
            found = tuple(given) if isinstance(given, Iterable) else None
        except Exception as error:
            what = raised(error)
        else:
            if found is None:
                self.refuse(point, f"gives {given}, and a tuple of partials is needed, as (2 * x,)")
            if len(found) != len(point):
                self.refuse(point, f"gives {len(found)} partials for {len(point)} inputs")
            if not all(isinstance(each, Real) for each in found):
                self.refuse(
                    point, f"gives the partials {brief(repr(found))}, and numbers are needed"
                )
            if all(map(isfinite, found)):
                return found
            what = f"gives the partials {found}"
        if is_moderate(point) and abs(y) < MODERATE[1] ** 4:  # no partial is too large there
            self.refuse(point, what)
        return None

    def refuse(self, point: Sequence[float], what: str) -> NoReturn:
        call = write_call(self.rule, [repr(x) for x in point])
        raise GradientError(f"{call}: the rule {self.rule.name!r} {what}", graph(self.rule, point))

    # The second derivative, and those above

    def check_second(
        self, point: Sequence[float], partials: Sequence[float], free: Sequence[int]
    ) -> None:
        """That the partials are the same numbers as graphs, with the right derivatives."""
        if not self.rule.holds_at(*point, order=2):
            return
        try:
            node = apply(self.rule, *leaves(self.rule, point))
            graphs = symbolic_partials(node)
        except (ValueError, ArithmeticError):
            return
        except (TypeError, AttributeError) as error:
            self.refuse(
                point,
                f"has partials that take floats alone, and no Values: {error}\n"
                "Partials are written with m, as m.cos(x), and not with math",
            )
        for k in free:
            self.check_same(node, k, graphs[k], partials[k])
        for k in free if len(free) <= 2 else self.rng.sample(free, 2):
            self.check_slopes(node, k, graphs[k], free)

    def check_same(self, node: Value, k: int, slope: Number, found: float) -> None:
        """That a partial is the same number as a graph."""
        off = abs((slope.data if isinstance(slope, Value) else slope) - found)
        if off <= EPSILON * abs(found) + LOST:
            return
        if off > ROUNDINGS * partial_error(self.rule, [i.data for i in node.inputs], k).loose:
            raise GradientError(
                f"the gradient is wrong as a graph\n{describe_first_unlike([node])}\n"
                "To see the graph: draw(error.output)",
                node,
            )

    def check_slopes(self, node: Value, k: int, slope: Number, free: Sequence[int]) -> None:
        """That the derivatives of a partial's graph are those of the partial."""
        rule, point = self.rule, [input.data for input in node.inputs]
        second, found = [constant(0.0)] * len(free), [0.0] * len(point)
        try:
            if isinstance(slope, Value):
                second = gradients(slope, [node.inputs[j] for j in free])
        except (ValueError, ArithmeticError):
            return
        for j, curvature in zip(free, second):
            found[j] = curvature.data

        def formula(m: Any, *xs: Any) -> Any:
            return rule.partials(m, rule.value(m, *xs), *xs)[k]

        if glance_together(partial(formula, FLOATS), point, found, free) is False:
            of = f"∂/∂x{k + 1} of "
            self.settle(
                ClaimedPartial(formula, point, j, found[j], partial(Rounding.of, curvature), of=of)
                for j, curvature in zip(free, second)
            )

    def check_higher(self) -> None:
        """The derivatives of the third order and above, at a few moderate points."""
        for numbers in list(sample_points(self.rule, self.rng))[:POINTS_OF_HIGHER_ORDER]:
            free = free_inputs(self.rule, len(numbers))

            def operation(*inputs: Value, numbers: Sequence[float] = numbers) -> Value:
                fixed = [numbers[k] for k in sorted(self.rule.fixed)]
                return apply(self.rule, *self.rule.arguments(inputs, fixed))

            with suppress(Undecided, ValueError, ArithmeticError):
                point = [numbers[k] for k in free]
                check_gradients(operation, *point, order=self.order, allow_unused=True)


def settle(rule: Rule, claim: ClaimedPartial) -> bool:
    """Whether the claim is right, where that can be decided. Raises GradientError if it is not."""
    said, local = judge(claim)
    if said != "disagrees":
        return said == "agrees"
    names = [f"x{k + 1}" for k in range(len(claim.numbers))]
    error = local.error + claim.rounding().loose
    row = Row(names[claim.k], claim.found, claim.found, local.value, error, said)
    at = ", ".join(f"{name} = {x!r}" for name, x in zip(names, claim.numbers))
    call = f"{claim.of}{write_call(rule, names)} by its input {claim.k + 1}"
    raise GradientError(
        f"the gradient is wrong\n{Report((row,))}\n"
        f"the first wrong local derivative is that of {call}: "
        f"the rule {rule.name!r} gives {claim.found:.12g}, "
        f"finite differences {local.value:.12g} ± {local.error:.1e}, at {at}\n"
        "To see the graph: draw(error.output)",
        graph(rule, claim.numbers),
    )


def raised(error: Exception) -> str:
    """What a formula of the rule does, in words."""
    if isinstance(error, AttributeError) and error.obj is FLOATS:
        return f"calls m.{error.name}, and m has no such function"
    if isinstance(error, TypeError) and "positional argument" in f"{error}":
        given = "value is given m and the inputs that inputs= names, partials m, y and those"
        return f"raises TypeError: {error}; {given}"
    return f"raises {type(error).__name__}: {error}"


def is_moderate(point: Sequence[float]) -> bool:
    low, high = MODERATE
    return all(low < abs(x) < high for x in point if x)


def graph(rule: Rule, point: Sequence[float]) -> Value:
    """The graph to draw; a single node where the operation itself is refused."""
    try:
        return apply(rule, *leaves(rule, point))
    except Exception:  # whatever the rule raises
        return Value(0.0, rule.name)
