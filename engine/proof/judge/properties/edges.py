"""Corners, powers, edges of domains, and numbers that are very large or very small."""

from collections.abc import Callable, Iterable, Iterator

from engine.floats import FLOATS
from engine.proof.judge.bench import Bench, NotOffered, first, with_leaves
from engine.proof.judge.operations import Operation
from engine.proof.judge.precision import FLOAT64
from engine.proof.judge.program import Between, Failure, Program, Question, Refusal, Right
from engine.proof.judge.property import Property, Show

LARGE_NUMBERS = (20.0, -20.0, 100.0, -100.0, 400.0, -400.0, 1000.0, -1000.0)
TINY_NUMBERS = tuple(sign * 2.0**-k for k in (10, 17, 27, 34, 50) for sign in (1.0, -1.0))
OUTSIDE = (-1.0, 2.0, -2.0, 0.5, 0.0, 1.0)  # where a domain has none of them, it is everywhere
LOGARITHMS = ("a.log()", "a.log2()", "a.log10()", "a.log1p()")
RECIPROCALS = ("a / b", "a / n", "n / a", "a.inv()", "a.reciprocal()")
AT_ZERO = (2, 1, 3, 0, -1, 0.5, -2)  # exponents
OF_NEGATIVES = (2, 3, -1, 0.5, -2, 1.5, 1, 0)

Wanted = tuple[str, dict[str, float]]  # an operation's name, and the numbers of a, b and n
Case = tuple[Operation, dict[str, float]]


def cases(bench: Bench, wanted: Iterable[Wanted]) -> list[Case]:
    """Those whose operation there is. Raises NotOffered where there is none."""
    asked = list(wanted)
    found = [(bench.offered[name], given) for name, given in asked if name in bench.offered]
    if not found:
        raise NotOffered(f"there is no {' and no '.join(dict.fromkeys(name for name, _ in asked))}")
    return found


def is_defined(case: Case, largest: float = FLOAT64.largest) -> bool:
    """Whether value and partials are numbers there, and none is larger than that."""
    operation, given = case
    numbers = operation.numbers(given)
    try:
        value = operation.rule.value(FLOATS, *numbers)
        found = [value, *operation.rule.partials(FLOATS, value, *numbers)]
        return all(abs(number) <= largest for number in found)
    except (ValueError, ArithmeticError):
        return False


def refused(bench: Bench, case: Case) -> Program:
    """A program that has to end in an error, in the forward or in the backward pass.

    It asks for the number where that should not exist, otherwise for the gradient.
    """
    operation, given = case
    draft = bench.draft()
    leaves = dict.fromkeys(given, "")
    for each, x in given.items():
        leaves[each] = repr(x) if each == "n" else draft.leaf(x)
    y = draft.free_name()
    draft.lines += [f"{y} = {operation.text.format_map(leaves)}", f"{y}.backward()"]
    try:
        operation.rule.value(FLOATS, *operation.numbers(given))
        asked = f"{leaves[operation.nodes[0]]}.grad"
    except (ValueError, ArithmeticError):
        asked = f"{y}.data"
    return draft.program([Question(asked, Refusal())], "")


def defined(bench: Bench, case: Case) -> Program:
    """A program with a right answer, as our table has it."""
    operation, given = case
    return bench.of_one(operation, given, None)


def over(wanted: Callable[[Bench], Iterable[Wanted]]) -> Show:
    """Each case in turn: right where there is an answer, refused where there is none."""
    return lambda bench: first(
        bench.failure(defined(bench, each) if is_defined(each) else refused(bench, each))
        for each in cases(bench, wanted(bench))
    )


def powers(base: float, exponents: Iterable[float]) -> Callable[[Bench], list[Wanted]]:
    return lambda bench: [("a ** n", {"a": base, "n": n}) for n in exponents]


def divisions(bench: Bench) -> Iterator[Wanted]:
    for a in (2.0, 0.0):
        yield "a / b", {"a": a, "b": 0.0}
        yield "a / n", {"a": a, "n": 0}
    yield "n / a", {"n": 2, "a": 0.0}
    yield "a.inv()", {"a": 0.0}
    yield "a.reciprocal()", {"a": 0.0}


def logarithms(bench: Bench) -> Iterator[Wanted]:
    for name in LOGARITHMS:
        for x in (-1.0, -2.0) if name == "a.log1p()" else (0.0, -1.0):
            yield name, {"a": x}


def of_one_node(bench: Bench, numbers: Iterable[float]) -> Iterator[Wanted]:
    """Every operation of one node at these numbers."""
    for name, operation in bench.offered.items():
        if "a" in operation.inputs and not {"b", "n"} & set(operation.inputs):
            for x in numbers:
                yield name, {"a": x}


def outside(bench: Bench) -> Iterator[Wanted]:
    """Outside the domains of what has no property of its own."""
    for name, given in of_one_node(bench, OUTSIDE):
        case = (bench.offered[name], given)
        if name not in (*LOGARITHMS, *RECIPROCALS) and not is_defined(case):
            yield name, given


def of_size(numbers: Iterable[float]) -> Callable[[Bench], Iterator[Wanted]]:
    """Every operation of one node at these numbers, where there is an answer."""
    return lambda bench: (
        (name, given)
        for name, given in of_one_node(bench, numbers)
        if is_defined((bench.offered[name], given), bench.precision.largest)
    )


def corners(bench: Bench) -> Failure | None:
    """At 0: of relu the slope 0, of abs any that is not steeper than its sides."""
    slopes: list[tuple[str, Right]] = [
        ("a.relu()", Between(0.0, 0.0, "0.0, as everyone chooses")),
        ("abs(a)", Between(-1.0, 1.0)),
        ("a.abs()", Between(-1.0, 1.0)),
    ]
    known = {name: right for name, right in slopes if name in bench.offered}
    found = cases(bench, [(name, {"a": 0.0}) for name, _ in slopes])
    programs = []
    for operation, given in found:
        draft = bench.draft()
        leaves = with_leaves(draft, given)
        y = draft.result(operation, leaves)
        draft.backward(y)
        slope = Question(f"{leaves['a']}.grad", known[operation.name])
        programs.append(draft.program([draft.value(y), slope]))
    return first(map(bench.failure, programs))


EDGES = (
    Property(
        "corners",
        "There is no derivative at a corner: any slope between those of its sides would do, and "
        "of relu everyone takes 0.",
        "kinks",
        corners,
    ),
    Property(
        "powers at 0",
        "0 ** n is simple for n from 1 on, 1 for n = 0, and has no number or no slope below 1.",
        "kinks",
        over(powers(0.0, AT_ZERO)),
    ),
    Property(
        "powers of negatives",
        "Whole exponents are fine; any other has no real answer, and Python's is complex.",
        "kinks",
        over(powers(-2.0, OF_NEGATIVES)),
    ),
    Property(
        "division by 0",
        "There is no such number: an error says where, and nan or inf says it much later.",
        "kinks",
        over(divisions),
    ),
    Property(
        "logarithms of 0 and below",
        "There is no such number: an error says where, and nan or a guess says it never.",
        "kinks",
        over(logarithms),
    ),
    Property(
        "outside the domain",
        "Where an operation has no number or no slope, an error says so.",
        "kinks",
        over(outside),
    ),
    Property(
        "large numbers",
        "What is flat far out is computed without exp of a large number, which overflows.",
        "softmax_overflow",
        over(of_size(LARGE_NUMBERS)),
    ),
    Property(
        "tiny numbers",
        "The difference of two numbers near 1 has lost its digits: tanh(x) is x for a tiny x.",
        "finite_differences",
        over(of_size(TINY_NUMBERS)),
    ),
)
