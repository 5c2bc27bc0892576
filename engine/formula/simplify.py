"""A graph with fewer nodes: what algebra allows to leave out, as the derivatives of a formula need.

Each node becomes a sum of terms c·x^k·y^n, over what is neither a sum nor a product.
"""

from collections import Counter
from collections.abc import Sequence
from functools import reduce
from sys import float_info

from engine import rules
from engine.functions import add, divide, multiply, negate, power, subtract
from engine.graph import topological_order
from engine.messages import check_kind
from engine.rule import Rule
from engine.rules import CONSTANT, MULTIPLY, POWER
from engine.value import Number, Value, apply, constant

Powers = frozenset[tuple[Value, float]]  # factors and their exponents; empty for a plain number
Terms = dict[Powers, float]  # what is added up: products, and the number before each
NUMBER: Powers = frozenset()
PRODUCTS = (MULTIPLY, POWER)
SMALLEST = float_info.min  # smaller numbers have fewer digits


def simplify(value: Value) -> Value:
    """The same number by a shorter formula: 0 and 1 left out, like terms and like factors joined.

    x + 0, 1·x, x¹ and −(−x) are x; x⁰ is 1; x·x is x², x·x⁻² is 1/x; 2·x + x is 3·x; numbers are
    put together. Nothing is multiplied out, and what several operations use stays one node. The
    leaves are the same Values. Where a number on the way would be too large for a float, or too
    small for all its digits, or what is divided by would be 0, the graph stays as it is. Rounding
    may differ in the last digits. Raises TypeError for what is no Value.

    >>> from engine import formula, gradients
    >>> x = Value(2.0, "x")
    >>> (slope,) = gradients(x**3, [x])
    >>> (curvature,) = gradients(slope, [x])
    >>> formula(curvature), formula(simplify(curvature))
    ('2·x¹·3', '6·x')
    """
    check_kind(value, Value, where="simplify")
    try:
        best = again = simplified(value)
        while count_operands(again := simplified(again)) < count_operands(best):
            best = again  # what fewer nodes share may be joined in another round
    except (ArithmeticError, ValueError):  # a DomainError is a ValueError
        return value
    if count_operands(best) > count_operands(value) or (underflows(best) and not underflows(value)):
        return value
    if best.inputs:
        best.label = best.label or value.label
    return best


def count_operands(value: Value) -> int:
    """How many numbers the operations of its graph take."""
    return sum(len(node.inputs) for node in topological_order((value,)))


def underflows(value: Value) -> bool:
    """Whether a product in its graph is too small for all its digits, though no factor of it is."""
    return any(
        node.rule in PRODUCTS and abs(node.data) < SMALLEST <= min(abs(x.data) for x in node.inputs)
        for node in topological_order((value,))
    )


def simplified(value: Value) -> Value:
    """The value after one way through its graph."""
    order = topological_order((value,))
    simplifier = Simplifier(Counter(input for node in order for input in node.inputs))
    for node in order:
        simplifier.enter(node)
    return simplifier.build(simplifier.terms[value])


class Simplifier:
    """Goes through a graph and writes each node as terms; nodes are built where they are needed."""

    def __init__(self, uses: Counter[Value]) -> None:
        self.uses = uses
        self.terms: dict[Value, Terms] = {}
        # the factors of each product, in the order in which they first met
        self.factors: dict[Powers, list[tuple[Value, float]]] = {}
        self.built: dict[object, Value] = {}

    def enter(self, node: Value) -> None:
        """Write a node as terms; what several operations use is a factor, unless it is short."""
        terms = self.terms_of(node)
        if self.uses[node] > 1 and (len(terms) > 1 or any(len(powers) > 1 for powers in terms)):
            terms = self.factor(self.build(terms))
        self.terms[node] = terms

    def take(self, input: Value) -> Terms:
        """The terms of an input, which may then be changed."""
        return self.terms.pop(input) if self.uses[input] == 1 else dict(self.terms[input])

    def terms_of(self, node: Value) -> Terms:
        if not node.inputs:
            return number(node.data) if node.rule is CONSTANT else self.factor(node)
        assert node.rule is not None
        inputs = [self.take(input) for input in node.inputs]
        match node.rule, inputs:
            case rules.ADD | rules.SUM, _:
                return total(inputs)
            case rules.SUBTRACT, [a, b]:
                return total([a, negated(b)])
            case rules.NEGATE, [x]:
                return negated(x)
            case rules.MULTIPLY | rules.PROD, _:
                return self.product([(terms, 1.0) for terms in inputs])
            case rules.DOT, _:
                half = len(inputs) // 2
                pairs = zip(inputs[:half], inputs[half:])
                return total([self.product([(a, 1.0), (b, 1.0)]) for a, b in pairs])
            case rules.DIVIDE, [a, b]:
                return self.product([(a, 1.0), (b, -1.0)])
            case rules.POWER | rules.POW, [x, n] if n.keys() <= {NUMBER}:
                return self.product([(x, n.get(NUMBER, 0.0))])
        return self.applied(node.rule, [self.build(terms) for terms in inputs])

    def factor(self, value: Value) -> Terms:
        """The terms that stand for one Value."""
        return {frozenset([(value, 1.0)]): 1.0}

    def applied(self, rule: Rule, inputs: list[Value]) -> Terms:
        """Another rule's result, which is one factor; a number where all its inputs are."""
        key = rule, *inputs
        if key not in self.built:
            given = [x.data if k in rule.fixed else x for k, x in enumerate(inputs)]
            self.built[key] = apply(rule, *given)
        if all(input.rule is CONSTANT for input in inputs):
            return number(self.built[key].data)
        return self.factor(self.built[key])

    def product(self, factors: Sequence[tuple[Terms, float]]) -> Terms:
        """Sums to powers, multiplied: one term, or none where one of the sums is 0."""
        if any([not terms and exponent < 0.0 for terms, exponent in factors]):
            raise ZeroDivisionError("what divides is 0, and is not only by rounding")
        before = 1.0
        exponents: dict[Value, float] = {}
        for terms, exponent in factors:
            if exponent == 0.0:
                continue
            if not terms:
                return {}
            powers, own = self.one_term(terms, exponent)
            before = with_all_digits(before * with_all_digits(own**exponent))
            for value, inner in self.factors.get(powers, powers):
                exponents[value] = exponents.get(value, 0.0) + inner * exponent
        joined = [(x, k) for x, k in exponents.items() if k != 0.0]
        self.factors.setdefault(frozenset(joined), joined)
        return {frozenset(joined): before}

    def one_term(self, terms: Terms, exponent: float) -> tuple[Powers, float]:
        """The only term, where its power is the product of the powers; else the sum as a factor."""
        if len(terms) == 1:
            ((powers, own),) = terms.items()
            if exponent == int(exponent) or (own == 1.0 and [k for _, k in powers] == [1.0]):
                return powers, own
        return frozenset([(self.build(terms), 1.0)]), 1.0

    def build(self, terms: Terms) -> Value:
        """The terms as a graph: a term after the other, the first numbers first."""
        key = frozenset(terms.items())
        if key not in self.built:
            result: Number | None = None
            for powers, before in terms.items():
                term = self.build_term(powers, abs(before))
                if result is None:
                    result = term if before > 0.0 else negate(term)
                else:
                    result = add(result, term) if before > 0.0 else subtract(result, term)
            self.built[key] = result if isinstance(result, Value) else constant(result or 0.0)
        return self.built[key]

    def build_term(self, powers: Powers, before: float) -> Number:
        """c·x^k/y^n: factors in the order in which they first met."""
        ordered = self.factors.get(powers, powers)
        above: list[Number] = [self.raised(x, k) for x, k in ordered if k > 0.0]
        below: list[Number] = [self.raised(x, -k) for x, k in ordered if k < 0.0]
        if before != 1.0 or not above:
            above.insert(0, before)
        result = reduce(multiply, above)
        return divide(result, reduce(multiply, below)) if below else result

    def raised(self, value: Value, exponent: float) -> Value:
        if exponent == 1.0:
            return value
        key = value, exponent
        if key not in self.built:
            self.built[key] = power(value, exponent)
        return self.built[key]


def number(data: float) -> Terms:
    """The terms of a plain number."""
    return {NUMBER: data} if data else {}


def negated(terms: Terms) -> Terms:
    return {powers: -before for powers, before in terms.items()}


def total(sums: Sequence[Terms]) -> Terms:
    """All terms added up into the first of the sums."""
    result, *others = sums or [{}]
    for terms in others:
        for powers, before in terms.items():
            result[powers] = result.get(powers, 0.0) + before
            if not result[powers]:
                del result[powers]
    return result


def with_all_digits(number: float) -> float:
    """The number, or OverflowError where it is so small that it has lost digits."""
    if abs(number) < SMALLEST:
        raise OverflowError("a number before a term is too small for all its digits")
    return number
