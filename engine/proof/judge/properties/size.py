"""Large graphs: deep, wide, with one node used often, with very many paths; and what they cost."""

from collections.abc import Callable

from engine.proof.judge.bench import Bench
from engine.proof.judge.program import Between, Failure, Number, Program, Question
from engine.proof.judge.property import Property, Show
from engine.proof.judge.search import smallest_size

SECONDS, PER_NODE = 10.0, 3e-5  # of computing that large graphs may take
LEVELS = 40  # 2**40 paths would take a day
GRAPHS, LEAVES, TIMES = 4, 256, 16  # what is timed: 4 large graphs, and 16 times as many small
DEARER = 3.0  # times that a node of a large graph may cost what one of a small graph does


def chain(bench: Bench, depth: int) -> Program:
    """So many operations, each on the one before."""
    link = bench.link.text.format(a="b", n=1)
    lines = (f"a = {bench.name}(2.0)", "b = a", f"for _ in range({depth}):", f"    b = {link}")
    slope = (-1.0) ** depth if bench.link.name == "-a" else 1.0
    return Program(
        (*lines, "b.backward()"),
        (Question("a.grad", Number(slope)),),
        "b",
        seconds=SECONDS + PER_NODE * depth,
    )


def tree(bench: Bench, width: int, leaves: str, question: Question) -> Program:
    """A sum of so many leaves, in pairs of pairs of pairs, which is not deep."""
    bench.need("a + b")
    lines = (
        leaves,
        "while len(nodes) > 1:",
        "    pairs = [a + b for a, b in zip(nodes[::2], nodes[1::2])]",
        "    nodes = pairs + nodes[2 * len(pairs):]",
        "nodes[0].backward()",
    )
    seconds = SECONDS + PER_NODE * width
    return Program(lines, (question,), "nodes[0]", seconds=seconds)


def wide_sum(bench: Bench, width: int) -> Program:
    leaves = f"leaves = nodes = [{bench.name}(2.0) for _ in range({width})]"
    question = Question("sum(x.grad == 1.0 for x in leaves)", Number(width))
    return tree(bench, width, leaves, question)


def many_uses(bench: Bench, uses: int) -> Program:
    leaves = f"x = {bench.name}(2.0)\nnodes = [x for _ in range({uses})]"
    question = Question("x.grad", Number(float(uses), bench.precision.unit * uses))
    return tree(bench, uses, leaves, question)


def many_paths(bench: Bench, levels: int) -> Program:
    """Each level uses the one before twice: 2 to the power of the levels paths lead to the leaf."""
    bench.need("a + b")
    lines = (f"a = {bench.name}(1.0)", "b = a", f"for _ in range({levels}):", "    b = b + b")
    return Program((*lines, "b.backward()"), (Question("b.data", Number(2.0**levels)),), "b")


def linear_cost(bench: Bench) -> Failure | None:
    """As many nodes in one graph as in 16 of them cost about the same; the better of two counts."""
    bench.need("a + b")
    lines = (
        "from time import process_time",
        "",
        "def seconds(graphs, leaves):",
        "    began = process_time()",
        "    for _ in range(graphs):",
        f"        nodes = [{bench.name}(1.0) for _ in range(leaves)]",
        "        while len(nodes) > 1:",
        "            nodes = [a + b for a, b in zip(nodes[::2], nodes[1::2])]",
        "        nodes[0].backward()",
        "    return process_time() - began",
        "",
        f"small, large = seconds({GRAPHS * TIMES}, {LEAVES}), seconds({GRAPHS}, {LEAVES * TIMES})",
    )
    right = Between(0.0, DEARER, f"about 1, and not towards {TIMES}")
    asked = Question("round(large / max(small, 0.01), 1)", right)
    program = Program(lines, (asked,), seconds=60.0)
    return program.failure(bench.process.run(program)) and bench.failure(program)


def up_to(largest: int, family: Callable[[Bench, int], Program]) -> Show:
    """The smallest program of a family that fails, up to this size."""
    return lambda bench: smallest_size(bench, lambda size: family(bench, size), largest)


SIZE = (
    Property(
        "depth 10,000",
        "A pass that calls itself for each node ends at Python's limit, about 1,000 deep.",
        "topological_order",
        up_to(10_000, chain),
    ),
    Property(
        "depth 1,000,000",
        "Only memory bounds the depth of a pass that keeps its own stack.",
        "topological_order",
        up_to(1_000_000, chain),
    ),
    Property(
        "a sum of 10,000",
        "Every leaf of a wide graph has its gradient.",
        "chain_rule",
        up_to(10_000, wide_sum),
    ),
    Property(
        "a node used 10,000 times",
        "Each use adds its part to the gradient, the last as the first.",
        "accumulate",
        up_to(10_000, many_uses),
    ),
    Property(
        "2^40 paths",
        "Each node is visited once, however many paths lead to it.",
        "topological_order",
        up_to(LEVELS, many_paths),
    ),
    Property(
        "cost that grows with the nodes",
        "What looks through a list of nodes for each node costs 16 times as much in a graph of 16 "
        "times the size.",
        "memory",
        linear_cost,
    ),
)
