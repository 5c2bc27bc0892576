"""The properties of a training loop of one's own: a step downhill, the next one, half-moons."""

from functools import partial
from math import cos, pi, sin
from pathlib import Path

from engine.proof.differences import numeric_derivative
from engine.proof.judge.bench import Bench, NotOffered
from engine.proof.judge.program import Between, Failure, Near, Program, Question
from engine.proof.judge.property import Property

RATE = 0.25
POINTS, TARGETS = [[0.5, -1.0], [1.0, 0.5]], [1.0, -1.0]
EACH = 20  # points of each crescent
ENOUGH = 38
SECONDS = 60.0  # of computing that the training may take


def start(bench: Bench) -> tuple[str, ...]:
    """The lines that make a small net, always the same one. Raises NotOffered without train()."""
    if not bench.subject.net_name:
        raise NotOffered("no net is given")
    module = Path(f"{bench.subject.net}".rpartition(":")[0]).stem
    lines = (
        f"from {module} import train",
        f"model = {bench.subject.net_name}(2, [2, 1])",
        "for i, p in enumerate(model.parameters()): p.data = (0.618 * i) % 1.0 - 0.4",
        f"points, targets = {POINTS}, {TARGETS}",
    )
    answer = bench.answer(lines, "callable(train)")
    if answer.error is not None:
        raise NotOffered(f"{answer.error}")
    return lines


def step_is_right(bench: Bench, *, before: int) -> Failure | None:
    """The first parameter after so many steps and one more, against the slope of the loss."""
    lines = start(bench)
    train = f"train(model, points, targets, steps={{}}, rate={RATE})"
    made = (*lines, train.format(before)) if before else lines
    made = (*made, "p = model.parameters()[0]")
    loss = "sum((model(x) - t).data ** 2 for x, t in zip(points, targets)) / len(points)"
    was = bench.answer(made, "p.data")
    if was.error is not None:
        raise NotOffered(f"{was.error}")

    def at(shift: float) -> float:
        answer = bench.answer((*made, f"p.data = p.data + {shift!r}"), loss)
        if answer.error is not None:
            raise NotOffered(f"the loss can't be computed: {answer.error}")
        return float(answer.values[0])

    slope = numeric_derivative(at, 0.0)
    right = Near(was.values[0] - RATE * slope.value, RATE * slope.error + 1e-9)
    steps = (*lines, train.format(before + 1), "p = model.parameters()[0]")
    return bench.failure(Program(steps, (Question("p.data", right),)))


def half_moons() -> tuple[list[list[float]], list[float]]:
    """Points in two crescents that interlock, and for each the target, −1 or 1."""
    angles = [pi * k / (EACH - 1) for k in range(EACH)]
    upper = [[round(cos(t), 3), round(sin(t), 3)] for t in angles]
    lower = [[round(1.0 - cos(t), 3), round(0.5 - sin(t), 3)] for t in angles]
    return upper + lower, [-1.0] * EACH + [1.0] * EACH


def learned(bench: Bench) -> Failure | None:
    """How many points a net of 8 neurons puts into the right crescent."""
    imported, *_ = start(bench)
    points, targets = half_moons()
    lines = (
        "import random",
        imported,
        "random.seed(1)",
        f"model = {bench.subject.net_name}(2, [8, 1])",
        f"points = {points}",
        f"targets = {targets}",
        "train(model, points, targets, steps=150, rate=0.5)",
        "right = sum(model(x).data * t > 0 for x, t in zip(points, targets))",
    )
    enough = Between(ENOUGH, 2 * EACH, f"at least {ENOUGH} of {2 * EACH}")
    return bench.failure(Program(lines, (Question("right", enough),), seconds=SECONDS))


TRAINING = (
    Property(
        "training: a step",
        "Each parameter goes down the slope of the mean loss, by the rate times its gradient.",
        "training_loop",
        partial(step_is_right, before=0),
    ),
    Property(
        "training: the next step",
        "The second step is like the first: what the first left behind must not count.",
        "zero_grad",
        partial(step_is_right, before=1),
    ),
    Property(
        "training: half-moons",
        "A net of 8 neurons tells the two crescents apart.",
        "moons",
        learned,
    ),
)
