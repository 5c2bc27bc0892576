"""What a node is: a number, itself and no other, untouched by what is computed from it."""

from itertools import islice

from engine.proof.judge.bench import Bench, NotOffered, first, with_leaves
from engine.proof.judge.operations import Operation, points
from engine.proof.judge.program import Failure, Number, OneOf, Program, Question, Refusal
from engine.proof.judge.property import Property

NO_NUMBERS = ('"2"', "None", "[2.0]", "1j")
SEVERAL = 5  # points, negative ones among them
COMPARISONS = {"<": True, ">": False, "<=": True, ">=": False}  # of 2 with 3


def non_numbers(bench: Bench) -> Failure | None:
    """Whatever is no number is refused: by the class, or by the operation that is given it."""
    name = bench.name
    alone = [
        Program(
            (f"a = {name}({each})", "b = a + a"), (Question("b.data", Refusal()),), refusable=True
        )
        for each in NO_NUMBERS
    ]
    among = [
        Program((f"a = {name}(3)", f"b = a {symbol} {each}"), (Question("b.data", Refusal()),))
        for symbol in "+*-/"
        for each in NO_NUMBERS
        if f"a {symbol} b" in bench.offered
    ]
    return first(map(bench.failure, alone + among))


def inputs_stay(bench: Bench) -> Failure | None:
    """An operation and its backward pass leave the numbers that they are given as they are."""

    def program(operation: Operation, given: dict[str, float]) -> Program:
        draft = bench.draft()
        y = draft.result(operation, with_leaves(draft, given))
        draft.backward(y)
        return draft.program([*map(draft.value, draft.leaves)], y)

    programs = (
        program(operation, given)
        for operation in bench.offered.values()
        for given in islice(points(operation), SEVERAL)
    )
    answers = ((each, bench.process.run(each)) for each in programs)
    return first(each.failure(answer) for each, answer in answers if answer.error is None)


def equal_numbers(bench: Bench) -> Failure | None:
    """Two leaves of one number are two nodes."""
    bench.need("a + b")
    draft = bench.draft()
    a, b = draft.leaf(2.0), draft.leaf(2.0)
    draft.backward(draft.result(bench.offered["a + b"], {"a": a, "b": b}))
    return bench.failure(draft.program([draft.gradient(a), draft.gradient(b)]))


def identity(bench: Bench) -> Failure | None:
    """Nodes can stand in sets and dicts, and be looked for in lists, each as itself."""
    lines = (f"a = {bench.name}(2.0)", f"b = {bench.name}(2.0)")
    asked = (("len({a, b})", 2), ("{a: 1, b: 2}[a]", 1), ("[a, b].index(b)", 1))
    return first(
        bench.failure(Program(lines, (Question(each, Number(right)),))) for each, right in asked
    )


def comparisons(bench: Bench) -> Failure | None:
    """By number, with nodes and plain numbers; what is missing is not asked."""
    programs = []
    for symbol, right in COMPARISONS.items():
        for other in (f"{bench.name}(3.0)", "3"):
            lines = (f"a = {bench.name}(2.0)", f"b = {other}")
            asked = f"bool(a {symbol} b)"
            if bench.answer(lines, asked).error is None:
                programs.append(Program(lines, (Question(asked, OneOf((right,))),)))
    if not programs:
        raise NotOffered("there is no <, >, <= or >=")
    return first(map(bench.failure, programs))


def integers(bench: Bench) -> Failure | None:
    """A node of 3 divides and is raised as one of 3.0; to refuse it is right as well."""
    programs = []
    for name, given in (("a / n", {"a": 3.0, "n": 2}), ("a ** n", {"a": 3.0, "n": -1})):
        if name in bench.right:
            draft = bench.draft()
            y = draft.result(bench.right[name], with_leaves(draft, given))
            draft.lines[0] = f"a = {bench.name}(3)"
            draft.backward(y)
            asked = [draft.value(y), draft.gradient("a")]
            programs.append(draft.program(asked, refusable=True))
    if not programs:
        raise NotOffered("there is no a / n and no a ** n")
    return first(map(bench.failure, programs))


NODES = (
    Property(
        "no numbers",
        'What is no number is refused at once: "2" + "2" is "22", and no error.',
        "chain_rule",
        non_numbers,
    ),
    Property(
        "inputs stay as they are",
        "Others use the same node, so that no operation may change its number.",
        "chain_rule",
        inputs_stay,
    ),
    Property(
        "equal numbers are two nodes",
        "Two leaves of one number are different variables, each with a gradient of its own.",
        "accumulate",
        equal_numbers,
    ),
    Property(
        "a node is itself",
        "Sets, dicts and lists of nodes work by identity; what is equal by number gets lost.",
        "topological_order",
        identity,
    ),
    Property(
        "comparisons",
        "Nodes are compared by their numbers.",
        "kinks",
        comparisons,
    ),
    Property(
        "whole numbers",
        "3 / 2 is 1.5 for nodes too.",
        "chain_rule",
        integers,
    ),
)
