"""Values built, changed, copied and differentiated in any order, against a naive bookkeeping."""

import copy
import math
import operator
import pickle
import sys
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

import engine
from engine import Value, no_grad
from engine.graph import topological_order

EPSILON = sys.float_info.epsilon
LARGEST = 1e3  # of the numbers and partials; with DEEPEST no product of partials overflows
DEEPEST = 30
MOST = 150  # nodes


@dataclass(eq=False)
class Twin:
    """A Value, and what it should hold by plain floats."""

    value: Value
    data: float
    parents: tuple["Twin", ...] = ()
    partials: tuple[float, ...] = ()  # as they were when the node was made
    grad: float = 0.0
    error: float = 0.0  # how far rounding may bring the Value's grad from that

    def __post_init__(self):
        self.depth = max((1 + parent.depth for parent in self.parents), default=0)


def ancestors(twins):
    """The twins with all that they were computed from, parents first, by plain recursion."""
    found = []

    def visit(twin):
        if twin not in found:
            for parent in twin.parents:
                visit(parent)
            found.append(twin)

    for twin in twins:
        visit(twin)
    return found


def slope(order, start, size=float):
    """The last one's derivative by `start`: products of partials, summed over all paths."""
    slopes = {start: 1.0}
    for twin in order:
        if twin is not start:
            slopes[twin] = sum(size(p) * slopes[i] for p, i in zip(twin.partials, twin.parents))
    return slopes[order[-1]]


# Each operation on Values, on floats, and its partials; None where it is not asked for

BINARY = {
    "a + b": (operator.add, lambda a, b: (1.0, 1.0)),
    "a - b": (operator.sub, lambda a, b: (1.0, -1.0)),
    "a * b": (operator.mul, lambda a, b: (b, a)),
    "a / b": (operator.truediv, lambda a, b: (1.0 / b, -a / b / b) if abs(b) > 0.01 else None),
}
UNARY = {
    "-x": (operator.neg, operator.neg, lambda x: -1.0),
    "abs": (abs, abs, lambda x: math.copysign(1.0, x) if x else 0.0),
    "exp": (engine.exp, math.exp, lambda x: math.exp(x) if x < 7.0 else None),
    "tanh": (Value.tanh, math.tanh, lambda x: 1.0 - math.tanh(x) ** 2),
    "sin": (Value.sin, math.sin, math.cos),
    "relu": (Value.relu, lambda x: max(x, 0.0), lambda x: float(x > 0.0)),
}
VARIADIC = {
    "sum": (engine.sum, math.fsum, lambda *xs: (1.0,) * len(xs)),
    "dot": (
        lambda xs: engine.dot(xs, xs[::-1]),
        lambda xs: math.fsum(a * b for a, b in zip(xs, xs[::-1])),
        lambda *xs: xs[::-1] + xs,
    ),
}
mostly = st.integers(0, 7).map(bool)
numbers = st.integers(-24, 24).map(lambda n: n / 8.0)


class Machine(RuleBasedStateMachine):
    """Every step is done to the Values and to their twins."""

    twins = Bundle("twins")

    def __init__(self):
        super().__init__()
        self.all = []  # constants too, which no step is done to

    def track(self, *twins):
        self.all += twins
        return twins[0] if len(twins) == 1 else multiple(*twins)

    @initialize(target=twins, data=numbers)
    def start(self, data):
        return self.track(Twin(Value(data), data))

    # Building

    @rule(target=twins, data=numbers)
    def leaf(self, data):
        return self.track(Twin(Value(data), data))

    def node(self, function, parents, data, partials, recorded=True):
        """One operation, unless it would lead to huge numbers."""
        too_deep = max(parent.depth for parent in parents) >= DEEPEST
        if partials is None or max(map(abs, (data, *partials))) > LARGEST or too_deep:
            return multiple()
        if not recorded:
            with no_grad():
                return self.track(Twin(function(), data))
        value = function()
        constants = {p: Twin(v, p.data) for p, v in zip(parents, value.inputs) if p.value is None}
        self.all += constants.values()
        parents = tuple(constants.get(parent, parent) for parent in parents)
        return self.track(Twin(value, data, parents, partials))

    @precondition(lambda self: len(self.all) < MOST)
    @rule(target=twins, name=st.sampled_from(sorted(BINARY)), a=twins, b=twins, on=mostly)
    def combine(self, name, a, b, on):
        function, slopes = BINARY[name]
        partials = slopes(a.data, b.data)
        data = function(a.data, b.data) if partials else 0.0
        return self.node(lambda: function(a.value, b.value), (a, b), data, partials, on)

    @precondition(lambda self: len(self.all) < MOST)
    @rule(
        target=twins, name=st.sampled_from(sorted(BINARY)), a=twins, x=numbers, left=st.booleans()
    )
    def combine_with_a_number(self, name, a, x, left):
        function, slopes = BINARY[name]
        plain = Twin(None, x)  # the operation makes a constant of it
        parents = (plain, a) if left else (a, plain)
        partials = slopes(*[p.data for p in parents])
        data = function(*[p.data for p in parents]) if partials else 0.0
        given = (x, a.value) if left else (a.value, x)
        return self.node(lambda: function(*given), parents, data, partials)

    @precondition(lambda self: len(self.all) < MOST)
    @rule(target=twins, a=twins, n=st.integers(2, 4))
    def raise_to_a_power(self, a, n):
        partials = (n * a.data ** (n - 1), 0.0)
        return self.node(lambda: a.value**n, (a, Twin(None, float(n))), a.data**n, partials)

    @precondition(lambda self: len(self.all) < MOST)
    @rule(target=twins, name=st.sampled_from(sorted(UNARY)), a=twins, on=mostly)
    def transform(self, name, a, on):
        function, plain, derivative = UNARY[name]
        partial = derivative(a.data)
        if partial is None:
            return multiple()
        return self.node(lambda: function(a.value), (a,), plain(a.data), (partial,), on)

    @precondition(lambda self: len(self.all) < MOST)
    @rule(
        target=twins,
        name=st.sampled_from(sorted(VARIADIC)),
        parents=st.lists(twins, min_size=1, max_size=4),
    )
    def gather(self, name, parents):
        function, plain, slopes = VARIADIC[name]
        data = [p.data for p in parents]
        inputs = tuple(parents) + tuple(parents[::-1]) * (name == "dot")
        values = [p.value for p in parents]
        return self.node(lambda: function(values), inputs, plain(data), slopes(*data))

    @rule(target=twins, a=twins)
    def detach(self, a):
        return self.track(Twin(a.value.detach(), a.data))

    # Changing

    @rule(a=twins, data=numbers)
    def change_data(self, a, data):
        """Of any node: what was computed from it before stays as it is."""
        a.value.data = a.data = data

    @rule(a=twins, times=st.integers(1, 2))
    def backpropagate(self, a, times):
        order = ancestors([a])
        for _ in range(times):
            a.value.backward()
            for twin in order:
                found = slope(order, twin)
                # on both sides each node rounds a partial (to 4 units), a product and a sum
                error = 12.0 * len(order) * EPSILON * slope(order, twin, size=abs)
                if twin.parents:
                    twin.grad = twin.error = 0.0
                twin.grad += found
                twin.error += error + EPSILON * abs(twin.grad)

    @rule(a=twins)
    def zero_one_grad(self, a):
        a.value.grad = a.grad = a.error = 0.0

    @rule()
    def zero_every_grad(self):
        for twin in self.all:
            self.zero_one_grad(twin)

    # Copying

    @rule(target=twins, a=twins)
    def copy_the_node_alone(self, a):
        """A new node that was computed from the same ones."""
        return self.track(Twin(copy.copy(a.value), a.data, a.parents, a.partials, a.grad, a.error))

    def pair(self, originals, copies, made=None):
        """Twins of the copies, with the same shape. `made` maps originals to twins of theirs."""
        made = {} if made is None else made
        old, new = ancestors(originals), topological_order(copies)
        place = {id(v): k for k, v in enumerate(topological_order([t.value for t in originals]))}
        fresh = []
        for twin in old:
            if twin not in made:
                value = new[place[id(twin.value)]]
                parents = tuple(made[parent] for parent in twin.parents)
                made[twin] = Twin(value, twin.data, parents, twin.partials, twin.grad, twin.error)
                fresh.append(made[twin])
        self.all += fresh
        return [made[twin] for twin in originals]

    @precondition(lambda self: len(self.all) < MOST / 2)
    @rule(target=twins, a=twins, b=twins)
    def copy_two_graphs(self, a, b):
        """Copied together they share what they shared."""
        copies = copy.deepcopy([a.value, b.value])
        return multiple(*self.pair([a, b], copies))

    @precondition(lambda self: len(self.all) < MOST / 2)
    @rule(target=twins, a=twins, b=twins, protocol=st.integers(2, pickle.HIGHEST_PROTOCOL))
    def pickle_two_graphs(self, a, b, protocol):
        """Pickled together they share their leaves; each has interior nodes of its own."""
        first, second = pickle.loads(pickle.dumps([a.value, b.value], protocol))
        if a is b:
            assert first is second
            return self.pair([a], [first])[0]
        made = {}
        (new_a,) = self.pair([a], [first], made)
        leaves = {twin: made[twin] for twin in made if not twin.parents}
        (new_b,) = self.pair([b], [second], leaves)
        return multiple(new_a, new_b)

    # What must hold

    @invariant()
    def every_number_is_as_it_should_be(self):
        for twin in self.all:
            assert twin.value.data == twin.data
            assert abs(twin.value.grad - twin.grad) <= twin.error

    @invariant()
    def every_node_is_computed_from_the_nodes_it_should_be(self):
        for twin in self.all:
            assert len(twin.value.inputs) == len(twin.parents)
            assert all(v is p.value for v, p in zip(twin.value.inputs, twin.parents))

    @invariant()
    def no_two_twins_are_of_one_value(self):
        assert len({id(twin.value) for twin in self.all}) == len(self.all)


TestMachine = Machine.TestCase
TestMachine.settings = settings(stateful_step_count=100)
