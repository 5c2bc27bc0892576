"""Draws the operations of a random graph one by one, at points where each is smooth."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import islice
from typing import Any

from hypothesis import strategies as st

from engine.floats import FLOATS
from engine.proof.random_graph import Graph, Step
from engine.proof.smooth import is_calm_at, is_smooth_at, is_well_inside
from engine.rule import REAL, Domain, Rule

Draw = Callable[[st.SearchStrategy[Any]], Any]

FIXED_NUMBERS = (2.0, 1.0, 0.0, 3.0, 0.5, -1.0, -2.0, -0.5)  # exponents and orders; simple first
LENGTHS = (2, 4, 1, 0)  # inputs of a rule of vectors, on its own
JOINED = (2, 3, 5, 8, 25, 40)  # the same, where it joins nodes
RECENT = 200  # nodes among which inputs are chosen


class Builder:
    """Draws the operations of a graph one by one and knows the number at every node so far."""

    def __init__(self, draw: Draw, max_leaves: int, max_operations: int) -> None:
        self.draw = draw
        self.spare_leaves = max_leaves - 1
        self.max_operations = max_operations
        self.numbers: list[float] = [draw(comfortable(REAL))]
        self.steps: list[Step | None] = [None]  # None at a leaf
        self.operations = 0
        self.empties: set[int] = set()  # the places of nodes without inputs

    def add(self, rule: Rule) -> int | None:
        """One more operation, unless it would come too close to a kink or grow too large."""
        about = self.draw(st.sampled_from(LENGTHS)) if rule.variadic else 1
        named = rule.named_inputs(rule.arity(about or 2))
        inputs = [self.input(domain, k in rule.fixed) for k, (_, domain) in enumerate(named)]
        if about == 0 and isinstance(inputs[1], int):
            empty = self.empty(rule)
            inputs[0] = inputs[0] if empty is None else empty
        return self.apply(rule, inputs)

    def empty(self, rule: Rule) -> int | None:
        """The place of the rule on no inputs, as a sum of nothing, if there is room for two."""
        if self.operations + 2 > self.max_operations or not is_smooth_at(rule, []):
            return None
        self.empties.add(self.append(Step(rule, ())))
        return len(self.steps) - 1

    def apply(self, rule: Rule, inputs: Sequence[int | float]) -> int | None:
        """The place of one more operation on these, if it suits."""
        step = Step(rule, tuple(inputs))
        varies = any(isinstance(i, int) and i not in self.empties for i in inputs)
        return self.append(step) if varies and is_calm_at(rule, step.given(self.numbers)) else None

    def append(self, step: Step) -> int:
        self.numbers.append(step.rule.value(FLOATS, *step.given(self.numbers)))
        self.steps.append(step)
        self.operations += 1
        return len(self.steps) - 1

    def input(self, domain: Domain, fixed: bool) -> int | float:
        """A node of this domain, or a new leaf or a plain number; a plain number where fixed."""
        if fixed:
            return float(self.draw(st.sampled_from(FIXED_NUMBERS)))
        latest = (p for p in reversed(range(len(self.steps))) if p not in self.empties)
        inside = (p for p in latest if is_well_inside(domain, self.numbers[p]))
        suited = list(islice(inside, RECENT))
        chosen: int = self.draw(st.integers(0, len(suited) + 1))
        if chosen < len(suited):
            return suited[chosen]
        leaf = self.leaf(domain) if chosen == len(suited) else None
        return self.draw(comfortable(domain)) if leaf is None else leaf

    def leaf(self, domain: Domain) -> int | None:
        """The place of a new leaf, while there may be one."""
        if not self.spare_leaves:
            return None
        self.spare_leaves -= 1
        self.numbers.append(self.draw(comfortable(domain)))
        self.steps.append(None)
        return len(self.numbers) - 1

    # Many operations

    def last_input(self, place: int) -> int:
        """The node that an operation takes first."""
        step = self.steps[place]
        assert step is not None
        return next(i for i in step.inputs if isinstance(i, int))

    def repeat(self, place: int, node: int) -> int | None:
        """The operation there once more, with this node for the first that it takes."""
        step = self.steps[place]
        assert step is not None
        k = next(k for k, i in enumerate(step.inputs) if isinstance(i, int))  # 0.0 == 0, a place
        return self.apply(step.rule, [*step.inputs[:k], node, *step.inputs[k + 1 :]])

    def loose(self) -> list[int]:
        """The nodes that no operation takes."""
        used = {i for step in self.steps if step for i in step.inputs if isinstance(i, int)}
        return [p for p in self.varying() if p not in used]

    def varying(self) -> list[int]:
        """The nodes that depend on a leaf."""
        return [p for p in range(len(self.steps)) if p not in self.empties]

    def join(self, rules: list[Rule], places: list[int], size: int, into: int = 1) -> None:
        """Few nodes of many: some at once by a rule of vectors, the others two by two."""
        joining = [r for r in rules if not r.fixed and (r.variadic or len(r.inputs) == 2)]
        while joining and len(places) > into and self.operations < size:
            rule = self.draw(st.sampled_from(joining))
            count = self.draw(st.sampled_from(JOINED)) if rule.variadic else 2
            count = min(count, len(places) - into + 1)
            count -= count % len(rule.inputs) if rule.variadic else count - 2
            added = self.apply(rule, places[:count]) if count > 1 else None
            if added is None:
                count, added = 2, self.apply_first(joining, places[:2])
            places = places[1 if added is None else count :]  # one that nothing suits is lost
            places += [] if added is None else [added]

    def apply_first(self, rules: list[Rule], inputs: list[int]) -> int | None:
        """The first of the rules that suits these nodes."""
        for rule in rules:
            added = self.apply(rule, inputs)
            if added is not None:
                return added
        return None

    def graph(self, n_outputs: int) -> Graph:
        """What leads to the last nodes, the leaves put first."""
        varying = self.varying()
        last = [varying[max(0, len(varying) - n_outputs + k)] for k in range(n_outputs)]
        needed = set(last)
        for place in reversed(range(len(self.steps))):
            step = self.steps[place]
            if place in needed and step is not None:
                needed |= {i for i in step.inputs if isinstance(i, int)}
        leaves = [p for p in sorted(needed) if self.steps[p] is None]
        others = [p for p in sorted(needed) if self.steps[p] is not None]
        places = {place: new for new, place in enumerate(leaves + others)}
        steps = tuple(
            Step(step.rule, tuple(places[i] if isinstance(i, int) else i for i in step.inputs))
            for step in (self.steps[place] for place in others)
            if step is not None
        )
        point = tuple(self.numbers[place] for place in leaves)
        return Graph(point, steps, tuple(places[place] for place in last))


@cache
def comfortable(domain: Domain) -> st.SearchStrategy[float]:
    """Numbers of few digits, well inside a domain."""
    return st.one_of(
        [
            st.integers(-59, 39).map(partial(number_at, max(low, -3.0), min(high, 3.0)))
            for low, high in domain.intervals[:2]
        ]
    )


def number_at(low: float, high: float, part: int) -> float:
    """One of 99 numbers between low and high: that of part 0, the simplest, is on the right."""
    return round(low + (high - low) * (60 + part) / 100, 3)
