"""A net made of these numbers: MLP(n_inputs, [sizes]), called with a list, with parameters()."""

from collections.abc import Callable

from engine.proof.differences import numeric_derivative
from engine.proof.judge.bench import Bench, NotOffered, first
from engine.proof.judge.program import Failure, Near, Number, OneOf, Program, Question, Refusal
from engine.proof.judge.property import Property, Show

INPUTS, SIZES = 2, (3, 1)
PARAMETERS = sum((n + 1) * m for n, m in zip((INPUTS, *SIZES), SIZES))
ROUNDINGS = 50.0  # in the output of so small a net, at most


def model(bench: Bench, sizes: tuple[int, ...] = SIZES) -> tuple[str, ...]:
    """The lines that make a net."""
    net = bench.subject.net_name
    return ("import random", "random.seed(1)", f"model = {net}({INPUTS}, {list(sizes)})")


def same_model(bench: Bench) -> tuple[str, ...]:
    """The lines that make always the same net, wherever its own numbers come from."""
    numbers = "(0.618 * i) % 1.0 - 0.4"
    return (
        f"model = {bench.subject.net_name}({INPUTS}, {list(SIZES)})",
        f"for i, p in enumerate(model.parameters()): p.data = {numbers}",
    )


def of_a_net(program: Callable[[Bench], Program]) -> Show:
    """A property of one program. Raises NotOffered where there is no net of this kind."""

    def show(bench: Bench) -> Failure | None:
        need_net(bench)
        return bench.failure(program(bench))

    return show


def need_net(bench: Bench) -> None:
    if not bench.subject.net_name:
        raise NotOffered("no net is given")
    answer = bench.answer(model(bench), "len(model.parameters())")
    if answer.error is not None:
        made = f"{bench.subject.net_name}({INPUTS}, {list(SIZES)})"
        raise NotOffered(f"{made} and its parameters() give {answer.error}")


def runs(bench: Bench) -> Program:
    lines = (*model(bench, (3, 1, 1)), "y = model([0.5, -1.0])")
    asked = 'hasattr(y[0] if isinstance(y, list) else y, "backward")'
    return Program(lines, (Question(asked, OneOf((True,))),))


def cuts_nothing(length: int) -> Callable[[Bench], Program]:
    inputs = [0.5, -1.0, 2.0][:length]

    def program(bench: Bench) -> Program:
        lines = (*model(bench), f"y = model({inputs})")
        asked = "(y[0] if isinstance(y, list) else y).data"
        return Program(lines, (Question(asked, Refusal()),))

    return program


def biases(bench: Bench) -> Program:
    return Program(model(bench), (Question("len(model.parameters())", Number(PARAMETERS)),))


def nothing_shared(bench: Bench) -> Program:
    lines = (*model(bench), "parameters = model.parameters()")
    right = Question("len(set(map(id, parameters))) == len(parameters)", OneOf((True,)))
    return Program(lines, (right,))


def starts_apart(bench: Bench) -> Program:
    lines = (*model(bench), "numbers = [p.data for p in model.parameters()]")
    return Program(lines, (Question("len(set(numbers)) > 2", OneOf((True,))),))


def gradient_of_a_net(bench: Bench) -> Failure | None:
    """Each parameter's gradient against finite differences of the net's own output."""
    need_net(bench)
    output = ("y = model([0.5, -1.0])", "y = y[0] if isinstance(y, list) else y")
    count = bench.answer(model(bench), "len(model.parameters())").values[0]
    return first(gradient_of_parameter(bench, k, output) for k in range(count))


def gradient_of_parameter(bench: Bench, k: int, output: tuple[str, ...]) -> Failure | None:
    made = (*same_model(bench), f"p = model.parameters()[{k}]")

    def at(shift: float) -> float:
        answer = bench.answer((*made, f"p.data = p.data + {shift!r}", *output), "y.data")
        if answer.error is not None:
            raise ValueError(f"{answer.error}")
        return float(answer.values[0])

    try:
        found = numeric_derivative(at, 0.0, noise=ROUNDINGS * bench.precision.epsilon)
    except ValueError as error:
        raise NotOffered(f"the net's output can't be computed: {error}") from error
    if found.at_kink:
        return None
    right = Near(found.value, found.error + bench.precision.unit * (1.0 + abs(found.value)))
    lines = (*made, *output, "y.backward()")
    return bench.failure(Program(lines, (Question("p.grad", right),)))


NETS = (
    Property(
        "net: one neuron in a row",
        "A layer of one neuron gives a list as any layer does, so that another can follow.",
        "any_size",
        of_a_net(runs),
    ),
    Property(
        "net: too few inputs",
        "zip stops at the shorter list: a missing input must be an error, not a smaller sum.",
        "feedforward",
        of_a_net(cuts_nothing(1)),
    ),
    Property(
        "net: too many inputs",
        "zip stops at the shorter list: an input too many must be an error, not dropped.",
        "feedforward",
        of_a_net(cuts_nothing(3)),
    ),
    Property(
        "net: a bias for each neuron",
        "Without a bias every neuron's boundary goes through 0; parameters() has them all.",
        "any_size",
        of_a_net(biases),
    ),
    Property(
        "net: nothing shared",
        "[Neuron(n)] * m is one neuron m times.",
        "any_size",
        of_a_net(nothing_shared),
    ),
    Property(
        "net: neurons start apart",
        "Neurons that start with the same weights have the same gradients and stay the same.",
        "training_loop",
        of_a_net(starts_apart),
    ),
    Property(
        "net: gradients",
        "The gradient of every parameter is the slope of the output.",
        "training_loop",
        gradient_of_a_net,
    ),
)
