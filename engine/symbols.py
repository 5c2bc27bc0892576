"""Expressions that write themselves: what a rule's formula gives for symbols instead of numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Union

from engine.floats import FLOATS
from engine.rules import RULES

Term = Union["Symbol", float]


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """A name, or an operation on terms. Arithmetic with it simplifies what is trivial.

    >>> t = Symbol("t")
    >>> 0.0 - t
    Symbol(head='negate', terms=(Symbol(head='t', terms=()),))
    >>> 1.0 * t == t + 0.0 == t
    True
    """

    head: str  # the name of a rule; a name of its own where there are no terms
    terms: tuple[Term, ...] = ()
    _hash: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """The hash is kept: formulas are deep, and share parts. It tells 0 from -0."""
        parts: tuple[object, ...] = self.head, self.terms
        if not all(self.terms):  # a zero is among them
            parts += tuple(
                [repr(float(x)) for x in self.terms if not isinstance(x, Symbol) and not x]
            )
        object.__setattr__(self, "_hash", hash(parts))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        """By hash first: of two deep formulas, the hashes differ where anything does."""
        if self is other or not isinstance(other, Symbol):
            return self is other
        same = self._hash == other._hash and self.head == other.head
        return same and self.terms == other.terms

    def __add__(self, other: Term) -> Term:
        return add(self, other)

    def __radd__(self, other: Term) -> Term:
        return add(other, self)

    def __sub__(self, other: Term) -> Term:
        return subtract(self, other)

    def __rsub__(self, other: Term) -> Term:
        return subtract(other, self)

    def __mul__(self, other: Term) -> Term:
        return multiply(self, other)

    def __rmul__(self, other: Term) -> Term:
        return multiply(other, self)

    def __truediv__(self, other: Term) -> Term:
        return divide(self, other)

    def __rtruediv__(self, other: Term) -> Term:
        return divide(other, self)

    def __pow__(self, other: Term) -> Term:
        return SYMBOLS.power(self, other)  # type: ignore[no-any-return]

    def __rpow__(self, other: Term) -> Term:
        return SYMBOLS.power(other, self)  # type: ignore[no-any-return]

    def __neg__(self) -> Term:
        return self.terms[0] if self.head == "negate" else Symbol("negate", (self,))


def names_in(terms: Iterable[Term]) -> set[str]:
    """The names that stand in formulas.

    >>> sorted(names_in([Symbol("a") * Symbol("b"), 2.0]))
    ['a', 'b']
    """
    found: set[str] = set()
    seen: set[int] = set()
    waiting = list(terms)
    while waiting:
        term = waiting.pop()
        if isinstance(term, Symbol) and id(term) not in seen:
            seen.add(id(term))
            waiting.extend(term.terms)
            if not term.terms:
                found.add(term.head)
    return found


def add(a: Term, b: Term) -> Term:
    if a == 0.0 or b == 0.0:
        return b if a == 0.0 else a
    if isinstance(b, Symbol) and b.head == "negate":
        return subtract(a, b.terms[0])
    return Symbol("add", (a, b))


def subtract(a: Term, b: Term) -> Term:
    if a == 0.0 or b == 0.0:
        return -b if a == 0.0 else a
    if isinstance(b, Symbol) and b.head == "negate":
        return add(a, b.terms[0])
    return Symbol("subtract", (a, b))


def multiply(a: Term, b: Term) -> Term:
    if a == 0.0 or b == 0.0:
        return 0.0
    if a == 1.0 or b == 1.0:
        return b if a == 1.0 else a
    if a == -1.0 or b == -1.0:
        return -b if a == -1.0 else -a
    if isinstance(a, Symbol) and a.head == "negate":
        return -multiply(a.terms[0], b)
    if isinstance(b, Symbol) and b.head == "negate":
        return -multiply(a, b.terms[0])
    if a == b:
        return Symbol("power", (a, 2.0))
    if isinstance(a, Symbol) and a.head == "multiply" and a.terms[1] == b:
        return multiply(a.terms[0], Symbol("power", (b, 2.0)))
    return Symbol("multiply", (a, b))


def divide(a: Term, b: Term) -> Term:
    if a == 0.0 or b == 1.0:
        return a
    if isinstance(a, Symbol) and a.head == "negate":
        return -divide(a.terms[0], b)
    return Symbol("divide", (a, b))


def _function(name: str) -> Any:
    """A rule applied to terms: a number where all are numbers."""

    def apply(*terms: Any) -> Any:
        flat: list[Term] = []
        for term in terms:
            single = isinstance(term, (Symbol, float)) or not isinstance(term, Sequence)
            flat.append(term) if single else flat.extend(term)
        if not any(isinstance(term, Symbol) for term in flat):
            return getattr(FLOATS, name)(*terms)
        if name in ("power", "pow") and flat[1] in (0.0, 1.0):
            return flat[0] if flat[1] == 1.0 else 1.0
        return Symbol("power" if name == "pow" else name, tuple(flat))

    return apply


# The namespace `m` of symbols, for the table's formulas
SYMBOLS = SimpleNamespace(**{name: _function(name) for name in RULES})


def written_out(term: Symbol) -> Term:
    """What a rule's formula gives for these terms, as for sigmoid one of exp and where; the term
    itself where it is a function of the namespace.

    >>> a, b, c, d = map(Symbol, "abcd")
    >>> written_out(Symbol("dot", (a, b, c, d))) == SYMBOLS.sum([a * c, b * d])
    True
    """
    rule = RULES[term.head]
    formula: Term
    if term.head == "dot":
        formula = SYMBOLS.sum([multiply(a, b) for a, b in zip(*rule.vectors(term.terms))])
    else:
        formula = rule.value(SYMBOLS, *term.terms)
    return formula
