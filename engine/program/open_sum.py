"""A sum of products while it is gathered: c + Σ kᵢ·aᵢ + Σ kⱼ·aⱼ·bⱼ, equal terms added up."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import compress
from operator import not_
from typing import Any, TypeVar

from engine.program.graph import (
    NO_PRODUCTS,
    Column,
    Graph,
    Linear,
    Operation,
    Places,
    Products,
    Sum,
    joined,
    ones,
)
from engine.rules import MULTIPLY
from engine.value import Value

T = TypeVar("T")
Scaled = tuple[tuple[float, ...], Places]  # a vector after its factors
LARGE = 1e290  # numbers as large might add up to more than a float can hold
SHORT_ROW = 4  # a longer row of a matrix stays a row where it is used with a factor


class OpenSum:
    """A sum of products that grows term by term; equal terms are added up.

    Long dot products stay whole as long as nothing but others like them is added.
    """

    __slots__ = ("result", "constant", "linear", "products", "dots")

    def __init__(self, result: Graph) -> None:
        self.result = result
        self.constant = 0.0
        self.linear: dict[int, float] = {}
        self.products: dict[tuple[int, int], float] = {}
        self.dots: list[Products] = []  # only if there are no other products

    def add(self, factor: float, place: int) -> None:
        """Add factor · node."""
        number = self.result.constants.get(place)
        if number is not None and abs(number) < LARGE:
            self.constant += factor * number
        else:
            self.linear[place] = self.linear.get(place, 0.0) + factor

    def add_product(self, factor: float, pair: tuple[int, int]) -> None:
        """Add factor · a · b."""
        if self.dots:
            self.take_apart()
        self.products[pair] = self.products.get(pair, 0.0) + factor

    def add_dot(self, factors: tuple[float, ...], left: Places, right: Places) -> bool:
        """Add left · right, whole, with what is not batched first; False where it cannot be."""
        batched = self.result.batched[left[0]]
        if batched != self.result.batched[right[0]]:
            if batched:
                left, right = right, left
        else:
            if right[0] < left[0]:
                left, right = right, left
            if max(left) >= min(right):
                return False
        if self.products or len(left) <= SHORT_ROW:
            return False
        self.dots.append((factors, left, right))
        return True

    def take_apart(self) -> None:
        """Dot products become products."""
        for factors, left, right in self.dots:
            for key, factor in zip(zip(left, right), factors):
                self.products[key] = self.products.get(key, 0.0) + factor
        self.dots = []

    def merge(self, factor: float, other: "OpenSum") -> None:
        """Add factor · other; the smaller one moves, so that long chains cost little."""
        if (self.dots or other.dots) and (self.products or other.products):
            self.take_apart()
            other.take_apart()
        if factor == 1.0:
            if len(other.dots) > len(self.dots):
                self.dots, other.dots = other.dots, self.dots
            self.dots += other.dots
        elif factor:
            for factors, left, right in other.dots:
                self.dots.append((tuple([factor * k for k in factors]), left, right))
        mine = len(self.linear) + len(self.products)
        if factor == 1.0 and len(other.linear) + len(other.products) > mine:
            self.linear, other.linear = other.linear, self.linear
            self.products, other.products = other.products, self.products
        self.constant += factor * other.constant
        for a, inner in other.linear.items():
            self.linear[a] = self.linear.get(a, 0.0) + factor * inner
        for key, inner in other.products.items():
            self.products[key] = self.products.get(key, 0.0) + factor * inner

    def is_short(self) -> bool:
        """Whether no matrix is lost where a factor goes into its products.

        A mean of many neurons' sums is one row of a matrix, times a number; with the number inside,
        no two means would be rows of one matrix with the parameters for numbers.
        """
        batched = self.result.batched
        if any([batched[right[0]] and not batched[left[0]] for _, left, right in self.dots]):
            return False
        return sum([batched[b] and not batched[a] for a, b in self.products]) <= SHORT_ROW

    def scales(self, factor: float) -> bool:
        """Whether the factors can be multiplied by another: no float overflows or becomes 0."""
        if factor in (0.0, 1.0, -1.0):
            return True
        factors = [self.constant, *self.linear.values(), *self.products.values()]
        factors += [each[0] for each, _, _ in self.dots]
        return all([is_moderate(factor * inner) or inner == 0.0 for inner in factors])

    def single(self) -> tuple[float, int] | None:
        """factor and node, where there is nothing else."""
        if self.constant or self.products or self.dots or len(self.linear) != 1:
            return None
        ((place, factor),) = self.linear.items()
        return factor, place

    def close(self, origin: Value | None) -> int:
        """Where the sum is: a node or a product by itself is no sum."""
        if self.dots:
            self.join_dots()
        linear = without_zeros(self.linear)
        if self.dots:
            (pairs,) = self.dots
        elif products := without_zeros(self.products):
            if len(products) == 1 and 1.0 in products.values() and not (linear or self.constant):
                return self.result.once(Operation(MULTIPLY, *products), origin)
            pairs = self.pooled(products)
        else:
            if not linear:
                return self.result.constant(self.constant, origin)
            if len(linear) == 1 and 1.0 in linear.values() and not self.constant:
                return next(iter(linear))
            pairs = NO_PRODUCTS
        alone = tuple(linear.values()), self.result.column(tuple(linear))
        alone, pairs = self.apart(alone, pairs)
        return self.result.once(Sum(self.constant, alone, pairs), origin)

    def join_dots(self) -> None:
        """One dot product in place of several, of which those with the same weights are pooled;
        none, where equal products remain that way, or weights of several vectors."""
        if len(self.dots) == 1:
            if not are_distinct(self.dots[0][1]):
                self.take_apart()
            return
        terms: dict[Places, list[Scaled]] = defaultdict(list)
        for factors, left, right in self.dots:
            terms[left].append((factors, right))
        order = sorted(terms, key=lambda left: len(terms[left]) > 1)
        whole = self.result.joined(tuple(order))
        if are_distinct(whole) and all([self.is_pool(*each) for each in terms.items()]):
            alike = [tuple(terms[left]) for left in order]
            added = {each: self.added_up(each) for each in dict.fromkeys(alike)}
            each_factors, rights = zip(*[added[each] for each in alike])
            self.dots = [(joined(each_factors), whole, self.result.joined(rights))]
        else:
            self.take_apart()

    def is_pool(self, left: Places, terms: Sequence[Scaled]) -> bool:
        """Whether left · x + left · y + … can be left · (x + y + …): see `pooled`."""
        if len(terms) == 1:
            return True
        are_batched, rights = self.result.are_batched, [right for _, right in terms]
        differ = not are_batched(left) and all(map(are_batched, rights))
        return differ and all(map(are_distinct, zip(*rights)))

    def added_up(self, terms: Sequence[Scaled]) -> Scaled:
        """x + y + … of several vectors with their factors; a single one as it is."""
        if len(terms) == 1:
            return terms[0]
        factors, rights = [zip(*each) for each in zip(*terms)]
        once, column = self.result.once, self.result.column
        linear = zip(factors, map(column, rights))
        sums = tuple([once(Sum(0.0, each, NO_PRODUCTS)) for each in linear])
        return ones(len(sums)), column(sums)

    def pooled(self, products: dict[tuple[int, int], float]) -> Products:
        """w·x + w·y as w·(x + y) for what is the same for all samples: where a net is followed by
        a mean over positions, they are added up before its last matrix."""
        batched, column = self.result.batched, self.result.column
        left, right = zip(*products)
        if are_distinct(left):
            return tuple(products.values()), column(left), column(right)
        factors: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for (a, b), k in products.items():
            if batched[b] and not batched[a]:
                factors[a].append((k, b))
        shared = {a: self.in_columns(terms) for a, terms in factors.items() if len(terms) > 1}
        single = [(k, a, b) for (a, b), k in products.items() if a not in shared or not batched[b]]
        once = self.result.once
        sums = [(1.0, a, once(Sum(0.0, terms, NO_PRODUCTS))) for a, terms in shared.items()]
        pooled: Products = self.in_columns([*single, *sums])
        return pooled

    def in_columns(self, terms: Iterable[tuple[Any, ...]]) -> Any:
        """Terms of one length, column by column."""
        return self.columns(*zip(*terms))

    def columns(self, factors: Iterable[float], *places: Iterable[int]) -> Any:
        return tuple(factors), *[self.result.column(tuple(column)) for column in places]

    def apart(self, linear: Linear, products: Products) -> tuple[Linear, Products]:
        """The terms, where those that are the same for all samples are a sum of their own."""
        count = len(linear[1]) + len(products[2])
        if count < 3 or (len(linear[1]) < 2 and self.result.are_batched(products[2])):
            return linear, products
        n_batched = self.result.n_batched
        n_fixed = count - n_batched(linear[1]) - n_batched(products[2])
        if n_fixed < 2 or n_fixed == count:
            return linear, products
        columns = linear[1], products[2]
        alone, pairs = [[self.result.batched[x] for x in column] for column in columns]
        fixed = Sum(
            0.0, self.chosen(linear, map(not_, alone)), self.chosen(products, map(not_, pairs))
        )
        factors, places = self.chosen(linear, alone)
        linear = self.columns((*factors, 1.0), (*places, self.result.once(fixed)))
        return linear, self.chosen(products, pairs)

    def chosen(self, columns: Any, wanted: Iterable[bool]) -> Any:
        """The terms that are wanted."""
        wanted = list(wanted)
        return self.columns(*[compress(column, wanted) for column in columns])


def without_zeros(terms: dict[T, float]) -> dict[T, float]:
    """The terms whose factors have not added up to 0."""
    return {term: k for term, k in terms.items() if k} if 0.0 in terms.values() else terms


def is_moderate(factor: float) -> bool:
    """Whether a product of factors has all its digits."""
    return 1.0 / LARGE < abs(factor) < LARGE


def are_distinct(places: Places) -> bool:
    if isinstance(places, Column):
        return places.is_distinct
    return len(set(places)) == len(places)
