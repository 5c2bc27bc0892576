"""The short exercises on chapter 3: training."""

from collections.abc import Callable
from typing import Any

from demos.exercises.exercise import Exercise, Wrong
from demos.exercises.kinds import Case, Mend, Predict, Slope, gradient_of, named
from engine import Value

POINTS = [(1.0, 2.0), (2.0, 3.0), (3.0, 5.0)]


def one_step() -> float:
    w = Value(2.0)
    loss = (w - 5.0) ** 2
    loss.backward()
    return w.data - 0.1 * w.grad


def two_points() -> Value:
    w = Value(2.0, "w")
    first = named(w * 1.0 - 3.0, "e1")
    second = named(w * 2.0 - 7.0, "e2")
    return named(first**2 + second**2, "L")


def trained(steps: int) -> Callable[[Any], list[float]]:
    """The weight and bias that a training loop arrives at."""

    def run(train: Any) -> list[float]:
        w, b = Value(0.5, "w"), Value(-0.5, "b")
        train(w, b, POINTS, steps)
        return [w.data, b.data]

    return run


LOOP_CASES = Mend(
    "train",
    tuple(
        Case(f"w = 0.5; b = -0.5; train(w, b, points, {steps}); w, b", trained(steps))
        for steps in (1, 2, 20)
    ),
)

LOOP = """\
# w and b are Values, points are pairs (x, y);
# the loss is the mean of (w·x + b − y)².


def train(w, b, points, steps):
    for _ in range(steps):
        loss = 0.0
        for x, y in points:
            loss = loss + (w * x + b - y) ** 2
        loss = loss / len(points)
        w.grad = b.grad = 0.0
        loss.backward()
        w.data -= 0.05 * w.grad
        b.data -= 0.05 * b.grad"""


def loop(right: str, wrong: str) -> dict[str, Any]:
    """The loop with one line wrong, and the blank in it."""
    assert LOOP.count(right) == 1
    return {"file": LOOP.replace(right, wrong), "blank": wrong, "kind": LOOP_CASES}


CHAPTER3 = (
    Exercise(
        "squared_error",
        "The slopes of a squared error.",
        "y = (p − t)². What are ∂y/∂p and ∂y/∂t?",
        "def slope(p, t, y):\n    return ...",
        Slope(
            lambda m, p, t: (p - t) * (p - t),
            inputs=("p", "t"),
            points=((2.0, 0.5), (-0.5, 4.0), (1.0, -2.0)),
        ),
        solution="(2.0 * (p - t), 2.0 * (t - p))",
        reason="Twice the error: what is far off is pulled hard, what is right not at all.",
        hints=(
            "Let e = p − t. What is the slope of e²?",
            "e grows with p, and falls as t grows: the two slopes differ in their sign alone.",
        ),
        wrong=(
            Wrong(
                "(2.0 * (p - t), 2.0 * (p - t))", "As t grows p − t falls: the sign of the second."
            ),
            Wrong("(2.0 * p, -2.0 * t)", "The square is of the difference: 2·(p − t)."),
            Wrong("(p - t, t - p)", "The exponent 2 comes down as a factor."),
            Wrong(
                "(2.0 * (t - p), 2.0 * (p - t))", "With p above t, more p is more error: not less."
            ),
        ),
    ),
    Exercise(
        "one_step",
        "One step downhill.",
        "w = 2, the loss is (w − 5)², the learning rate is 0.1. What is w after one step?",
        "answer = ...",
        Predict(one_step),
        solution="2.6",
        reason="The slope is 2·(2 − 5) = −6; a step against it goes up by 0.1·6.",
        hints=(
            "What is the slope of the loss at w = 2?",
            "w − 0.1 · slope: mind both minus signs.",
        ),
        wrong=(
            Wrong(
                "1.4", "That is uphill: the step is minus the rate times the slope, which is −6."
            ),
            Wrong("5.0", "There the loss is 0; but a step is 0.1 times the slope, no more."),
            Wrong("2.3", "The slope of a square has a factor 2."),
            Wrong("2.9", "0.1 times the loss is not it: the slope is −6, the loss 9."),
        ),
    ),
    Exercise(
        "two_points",
        "One weight, two points.",
        "w = 2 is to fit the points (1, 3) and (2, 7): e1 = w·1 − 3, e2 = w·2 − 7, and the loss\n"
        "is L = e1² + e2². What is dL/dw?",
        "answer = ...",
        Predict(gradient_of(two_points, "w"), two_points),
        solution="-14.0",
        reason="Each point adds its part, 2·e·x: 2·(−1)·1 + 2·(−3)·2. Both pull w up.",
        hints=(
            "What are e1 and e2? What does each of the two points bring on its own?",
            "The slope of e² along w is 2·e times the x of that point.",
        ),
        wrong=(
            Wrong("-12.0", "That is what the second point brings; the first has its part too."),
            Wrong("-2.0", "That is what the first point brings; the second has its part too."),
            Wrong("-8.0", "e2 moves twice as fast as w: times x, which is 2 there."),
            Wrong("-7.0", "The exponent 2 comes down as a factor."),
            Wrong("14.0", "Both lie above the line: what does the loss do when w grows?"),
            Wrong("10.0", "That is L itself; its slope along w is asked for."),
        ),
    ),
    Exercise(
        "loop_zero",
        "A training loop that gathers speed.",
        "The first step is right. From the second on something is wrong.",
        **loop("        w.grad = b.grad = 0.0\n", "        w.grad = 0.0\n"),
        solution="        w.grad = b.grad = 0.0\n",
        reason="Leaves add up over passes; what is not set to 0 steps again and again.",
        hints=(
            "What is in each gradient when loss.backward() begins?",
            "There are two parameters. Follow each of them from step to step.",
        ),
        wrong=(
            Wrong(
                "        b.grad = 0.0\n",
                "Now w gathers what b gathered before: both have to be set to 0.",
            ),
            Wrong(
                "        w.grad = 0.0\n        b.data = 0.0\n",
                "It is the gradient of b, not b itself, that begins anew.",
            ),
        ),
    ),
    Exercise(
        "loop_uphill",
        "A training loop that does not arrive.",
        "The loss falls in one direction and grows in another.",
        **loop("        b.data -= 0.05 * b.grad", "        b.data += 0.05 * b.grad"),
        solution="        b.data -= 0.05 * b.grad",
        reason="A gradient points to where the loss grows: a step is minus the rate times it.",
        hints=(
            "Which way does a gradient point?",
            "Compare what is done to w with what is done to b.",
        ),
        wrong=(
            Wrong("        b.data = 0.05 * b.grad", "A step changes b; it does not replace it."),
            Wrong(
                "        b.data -= b.grad", "Downhill, and 20 times too far: the rate is missing."
            ),
            Wrong("        b.data -= 0.05 * w.grad", "Each parameter goes down its own gradient."),
        ),
    ),
    Exercise(
        "loop_last_point",
        "A training loop that looks at one point.",
        "It fits the last point well, and the others not at all.",
        **loop(
            "loss = loss + (w * x + b - y) ** 2",
            "loss = 0.0 + (w * x + b - y) ** 2",
        ),
        solution="loss = loss + (w * x + b - y) ** 2",
        reason="The loss is the sum over the points; overwritten, it is that of the last one.",
        hints=(
            "What is loss after the second point? What should it be?",
            "A sum that is begun anew for each point is no sum.",
        ),
        wrong=(
            Wrong(
                "loss = loss + (w * x + b - y)",
                "It adds up now; but without the square, errors above and below cancel.",
            ),
            Wrong(
                "loss = loss * (w * x + b - y) ** 2",
                "Errors of different points add up. And what is 0 times anything?",
            ),
            Wrong(
                "loss = loss - (w * x + b - y) ** 2",
                "Each error makes the loss larger, not smaller.",
            ),
        ),
    ),
)
