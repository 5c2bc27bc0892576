"""What a graph leaves behind when it is dropped, and copies of it."""

from functools import partial

from engine.proof.judge.bench import Bench
from engine.proof.judge.program import Failure, Number, OneOf, Program, Question
from engine.proof.judge.properties.size import chain
from engine.proof.judge.property import Property
from engine.proof.judge.search import smallest_size

DEEP = 10_000


def freed(bench: Bench, *, by_collector: bool) -> Failure | None:
    """How many nodes are left of a graph of which only the leaf is held."""
    lines = [
        "import gc",
        "",
        "def alive():",
        f"    return sum(issubclass(type(each), {bench.name}) for each in gc.get_objects())",
        "",
        "gc.collect()",
        *([] if by_collector else ["gc.disable()"]),
        "before = alive()",
        f"a = {bench.name}(2.0)",
        f"b = {bench.link.text.format(a='a', n=1)}",
        "b.backward()",
        "del b",
        *(["gc.collect()"] if by_collector else []),
    ]
    return bench.failure(Program(tuple(lines), (Question("alive() - before", Number(1)),)))


def a_copy(bench: Bench) -> Failure | None:
    """A copy has leaves of its own, so that its pass gives nothing to the original's."""
    draft = bench.draft()
    draft.lines.append("from copy import deepcopy")
    a = draft.leaf(2.0)
    b = draft.result(bench.link, {"a": a, "n": 1})
    copied = draft.free_name()
    draft.lines += [f"{copied} = deepcopy({b})", f"{copied}.backward()"]
    value = Question(f"{copied}.data", draft.value(b).right)
    gradient = Question(f"{a}.grad or 0.0", Number(0.0))
    return bench.failure(draft.program([value, gradient], b, refusable=True))


def a_deep_copy(bench: Bench) -> Failure | None:
    def program(depth: int) -> Program:
        one = chain(bench, depth)
        lines = ("from copy import deepcopy", *one.lines[:-1], "c = deepcopy(b)")
        question = Question("c.data == b.data", OneOf((True,)))
        return Program(lines, (question,), "b", refusable=True, seconds=one.seconds)

    return smallest_size(bench, program, DEEP)


MEMORY = (
    Property(
        "freed when dropped",
        "What nobody holds is freed: a list of all nodes ever made keeps each graph of a training.",
        "memory",
        partial(freed, by_collector=True),
    ),
    Property(
        "freed without the collector",
        "Nodes in a circle, as by a closure that holds its own node, wait for the garbage "
        "collector, which then costs more than the arithmetic.",
        "memory",
        partial(freed, by_collector=False),
    ),
    Property(
        "a copy is a graph of its own",
        "A closure is copied as it is, so that the pass over the copy runs over the original.",
        "memory",
        a_copy,
    ),
    Property(
        "copies of depth 10,000",
        "A copy that calls itself for each node ends at Python's limit, as a pass does.",
        "memory",
        a_deep_copy,
    ),
)
