"""The backward pass: over nodes used often, over random graphs, again and again, in any order."""

from collections.abc import Callable
from itertools import islice

from engine.proof.differences import numeric_derivative
from engine.proof.judge.bench import Bench, NotOffered, first, with_leaves
from engine.proof.judge.draft import Draft, value_error
from engine.proof.judge.graphs import written
from engine.proof.judge.operations import Operation, points
from engine.proof.judge.program import Failure, Near, Number, OneOf, Program, Question
from engine.proof.judge.property import Property, Show
from engine.proof.judge.search import Limits, smallest_graph

COARSE = 1e-2  # a numeric derivative with a larger error is no witness


def over_graphs(finish: Callable[[Draft, list[str]], Program], limits: Limits) -> Show:
    """Random graphs, each a program that `finish` ends, with the names of its outputs."""
    return lambda bench: smallest_graph(
        bench, lambda graph: bench.failure(finish(*written(bench, graph))), limits
    )


# What is done with a graph


def backward(draft: Draft, outputs: list[str]) -> Program:
    """Each output's pass, one after the other, which add up at the leaves."""
    for name in outputs:
        draft.backward(name)
    values = [draft.value(name) for name in outputs]
    return draft.program([*values, *map(draft.gradient, draft.leaves)], outputs[-1])


def backward_twice(draft: Draft, outputs: list[str]) -> Program:
    draft.backward(outputs[0])
    draft.backward(outputs[0])
    return draft.program([*map(draft.gradient, draft.leaves)], outputs[0], refusable=True)


def interior(draft: Draft, outputs: list[str]) -> Program:
    draft.backward(outputs[0])
    between = [name for name in draft.nodes if name not in draft.leaves]
    return draft.program([*map(draft.gradient, between)], outputs[0])


def interior_gradients(bench: Bench) -> Failure | None:
    """Those of the nodes between leaves and output, where they are kept."""
    draft = bench.draft()
    a = draft.leaf(2.0)
    b = draft.result(bench.link, {"a": a, "n": 1})
    draft.backward(draft.result(bench.link, {"a": b, "n": 1}))
    if bench.answer(draft.lines, f"{b}.grad").values == (None,):
        raise NotOffered("gradients between leaves and output are not kept")
    return over_graphs(interior, Limits(operations=6))(bench)


# Finite differences of their own forward pass


def slopes(bench: Bench) -> Failure | None:
    """Each operation, right or wrong, and a few graphs of the right ones."""
    return first(
        slope_of_one(bench, operation, given)
        for operation in bench.offered.values()
        if not operation.in_place
        for given in islice(points(operation), 2)
    ) or smallest_graph(
        bench,
        lambda graph: slope_of(bench, *written(bench, graph)),
        Limits(operations=5, leaves=2, tiny=20, drawn=10),
    )


def slope_of_one(bench: Bench, operation: Operation, given: dict[str, float]) -> Failure | None:
    draft = bench.draft()
    y = draft.result(operation, with_leaves(draft, given))
    return slope_of(bench, draft, [y])


def slope_of(bench: Bench, draft: Draft, outputs: list[str]) -> Failure | None:
    """The gradient by each leaf against the slope of the number that their forward pass gives."""
    (y,) = outputs
    forward = list(draft.lines)
    rounding = 4.0 * bench.precision.epsilon
    noise = value_error(draft.nodes[y], rounding) + rounding  # near 0 digits may be lost
    questions = []
    draft.backward(y)
    for name, place in draft.leaves.items():

        def at(x: float, name: str = name, place: int = place) -> float:
            leaf = f"{name} = {draft.name}({x!r})"
            answer = bench.answer([*forward[:place], leaf, *forward[place + 1 :]], f"{y}.data")
            if answer.error is not None or not isinstance(answer.values[0], (int, float)):
                raise ValueError("no number comes out")
            return float(answer.values[0])

        try:
            found = numeric_derivative(at, draft.nodes[name].data, noise=noise)
        except ValueError:
            continue
        slack = found.error + draft.errors[draft.nodes[name]]
        if not found.at_kink and slack <= COARSE * max(1.0, abs(found.value)):
            questions.append(Question(f"{name}.grad", Near(found.value, slack)))
    return bench.failure(draft.program(questions, y)) if questions else None


# Passes one after the other, and what one leaves behind


def leaf_as_output(bench: Bench) -> Failure | None:
    """A graph of one node: its gradient by itself is 1, and a second pass adds another 1."""

    def program(times: int) -> Program:
        draft = bench.draft()
        a = draft.leaf(2.0)
        for _ in range(times):
            draft.backward(a)
        return draft.program([draft.gradient(a)])

    return first(bench.failure(program(times)) for times in (1, 2))


def zeroing(bench: Bench) -> Failure | None:
    """Gradients are 0 at first, are set back by hand, and by nothing else."""
    new = bench.draft()
    fresh = new.program([Question(f"{new.leaf(2.0)}.grad", OneOf((0, None)))])
    programs = [fresh]
    for zeroed in (False, True):
        draft = bench.draft()
        a = draft.leaf(2.0)
        draft.backward(draft.result(bench.link, {"a": a, "n": 1}))
        if zeroed:
            draft.set_gradient(a, 0.0)
        again = draft.result(bench.link, {"a": a, "n": 1})
        if zeroed:
            draft.backward(again)
        programs.append(draft.program([draft.gradient(a)]))
    return first(map(bench.failure, programs))


def numbers_changed(bench: Bench) -> Failure | None:
    """A number set anew after the forward pass: the gradient is that of the number it saw."""

    def program(operation: Operation) -> Program | None:
        draft = bench.draft()
        given, *others = islice(points(operation), 20)
        leaves = with_leaves(draft, given)
        y = draft.result(operation, leaves)
        other = next((each["a"] for each in others if each["a"] != given["a"]), None)
        if other is None:
            return None
        draft.lines.append(f"{leaves['a']}.data = {other!r}")
        draft.backward(y)
        return draft.program([*map(draft.gradient, draft.leaves)], y, refusable=True)

    programs = map(program, bench.right.values())
    return first(bench.failure(each) for each in programs if each is not None)


def one_answer(bench: Bench) -> Failure | None:
    """Three terms whose sum depends on the order, in graphs all over the memory."""
    bench.need("a * b", "a + b")
    name = bench.name
    lines = (
        "answers, kept = set(), []",
        "for _ in range(100):",
        f"    a = {name}(2.0)",
        f"    b = a * {name}(0.1) + a * {name}(0.2) + a * {name}(0.3)",
        "    b.backward()",
        "    answers.add(a.grad)",
        "    kept.append(b)",
    )
    return bench.failure(Program(lines, (Question("len(answers)", Number(1)),), "b"))


PASSES = (
    Property(
        "a node used twice",
        "Each use adds its part to the gradient: every edge counts, and it is += and not =.",
        "accumulate",
        over_graphs(backward, Limits(operations=2, leaves=1)),
    ),
    Property(
        "topological order",
        "A node passes its gradient on only when all that use it have given theirs.",
        "topological_order",
        over_graphs(backward, Limits(operations=8, leaves=2)),
    ),
    Property(
        "random graphs",
        "Whatever the graph, numbers and gradients are those of the chain rule.",
        "chain_rule",
        over_graphs(backward, Limits(operations=30, drawn=100)),
    ),
    Property(
        "finite differences",
        "The gradient is the slope of the number that the same engine computes.",
        "finite_differences",
        slopes,
    ),
    Property(
        "gradients in between",
        "Every node, not only a leaf, holds the derivative of the output by itself.",
        "chain_rule",
        interior_gradients,
    ),
    Property(
        "backward twice",
        "Leaves add up and the nodes in between start anew, so that twice is twice as much.",
        "zero_grad",
        over_graphs(backward_twice, Limits(operations=6, leaves=2)),
    ),
    Property(
        "two outputs that share nodes",
        "The gradients of two outputs add up at the leaves; what they share starts anew.",
        "zero_grad",
        over_graphs(backward, Limits(operations=6, leaves=2, outputs=2)),
    ),
    Property(
        "a leaf as output",
        "The derivative of a node by itself is 1, and adds up as any other.",
        "accumulate",
        leaf_as_output,
    ),
    Property(
        "gradients are set to 0 by hand",
        "They are 0 at first and when one says so; to build a graph changes none.",
        "zero_grad",
        zeroing,
    ),
    Property(
        "numbers changed before backward",
        "A step changes the data: the gradient is still that of the numbers it was made of.",
        "training_loop",
        numbers_changed,
    ),
    Property(
        "one answer for any hashes",
        "Where sets decide the order, the last digits differ from run to run.",
        "topological_order",
        one_answer,
    ),
)
