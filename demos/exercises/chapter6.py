"""The short exercises on chapter 6: how we know that gradients are right."""

from demos.exercises.exercise import Exercise, Wrong
from demos.exercises.kinds import Case, Mend, Predict, named
from engine import Value


def central() -> float:
    return float((1.1**3 - 0.9**3) / 0.2)


def product_and_sum() -> Value:
    a, b = Value(2.0, "a"), Value(5.0, "b")
    p = named(a * b, "p")
    return named(p + b, "y")


DIFFERENCE = """\
def derivative(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / h"""

AGREE = """\
def agree(found, right):
    return abs(found - right) <= 1e-6"""

RIGHT = "abs(found - right) <= 1e-6 * max(1.0, abs(found), abs(right))"


CHAPTER6 = (
    Exercise(
        "central",
        "A central difference by hand.",
        "f(x) = x³, at x = 1, with h = 0.1. What is (f(x + h) − f(x − h)) / 2h?",
        "answer = ...",
        Predict(central),
        solution="3.01",
        reason="The slope is 3, and for a cube the central difference is off by h² = 0.01.",
        hints=("1.1³ is 1.331 and 0.9³ is 0.729.", "The distance between the two is 2h = 0.2."),
        wrong=(
            Wrong("3.0", "That is the slope itself; the difference is a little off, by how much?"),
            Wrong("3.31", "That is the one-sided difference, (f(x + h) − f(x)) / h."),
            Wrong("6.02", "The two points are 2h apart, not h."),
            Wrong("2.71", "That is the one-sided difference from below."),
        ),
    ),
    Exercise(
        "difference_width",
        "A difference that is off by much.",
        "It gives twice the slope.",
        DIFFERENCE,
        Mend(
            "derivative",
            (
                Case("derivative(lambda x: x, 0)", lambda f: round(f(lambda x: x, 0.0), 3)),
                Case("derivative(lambda x: x**2, 3)", lambda f: round(f(lambda x: x * x, 3.0), 3)),
                Case("derivative(abs, 0)", lambda f: round(f(abs, 0.0), 3)),
            ),
        ),
        solution="(f(x + h) - f(x - h)) / (2 * h)",
        reason="From x − h to x + h it is 2h.",
        hints=(
            "How far apart are the two points where f is computed?",
            "Mind that / 2 * h divides by 2 and multiplies by h.",
        ),
        wrong=(
            Wrong("(f(x + h) - f(x - h)) / 2 * h", "This divides by 2, and then multiplies by h."),
            Wrong(
                "(f(x + h) - f(x)) / h",
                "That is right where f is smooth; at the kink of abs it sees one side alone.",
            ),
            Wrong("(f(x + h) + f(x - h)) / (2 * h)", "It is the change that is divided: a minus."),
        ),
        blank="(f(x + h) - f(x - h)) / h",
    ),
    Exercise(
        "agree_at_any_size",
        "A check that knows one size alone.",
        "Two numbers agree when they differ by a millionth of their size; below 1, by a\n"
        "millionth.",
        AGREE,
        Mend(
            "agree",
            (
                Case("agree(1.0, 1.0)", lambda f: f(1.0, 1.0)),
                Case("agree(1.0, 1.1)", lambda f: f(1.0, 1.1)),
                Case("agree(1e9, 1e9 + 1)", lambda f: f(1e9, 1e9 + 1.0)),
                Case("agree(0.0, 1e-9)", lambda f: f(0.0, 1e-9)),
                Case("agree(-5e6, -5e6 - 1)", lambda f: f(-5e6, -5e6 - 1.0)),
                Case("agree(2.0, -2.0)", lambda f: f(2.0, -2.0)),
            ),
        ),
        solution=RIGHT,
        reason="Rounding grows with the number: what is allowed has to grow with it.",
        hints=(
            "1e9 and 1e9 + 1 agree to nine digits. Is their difference below a millionth?",
            "A millionth times the larger of 1, |found| and |right|.",
        ),
        wrong=(
            Wrong(
                "abs(found - right) <= 1e-6 * abs(found)",
                "Beside 0 nothing but 0 itself would do: below 1 a millionth is allowed.",
            ),
            Wrong("abs(found - right) <= 1.0", "Now 1 and 1.1 agree."),
            Wrong(
                "abs(found - right) <= 1e-6 * max(1.0, found, right)",
                "What of two numbers below 0? Their size is meant: abs.",
            ),
            Wrong(
                "abs(abs(found) - abs(right)) <= 1e-6 * max(1.0, abs(found), abs(right))",
                "2 and −2 do not agree: a sign that is flipped is the first fault to find.",
            ),
        ),
        blank="abs(found - right) <= 1e-6",
    ),
    Exercise(
        "where_to_look",
        "A point that shows nothing.",
        "Someone wrote (a, b) for the slopes of a·b, in place of (b, a). At a = 2, for which b\n"
        "does a check find nothing wrong?",
        "answer = ...",
        Predict(lambda: 2.0),
        solution="2",
        reason="Where a = b the two are the same: points for a check are drawn, not chosen.",
        hints=(
            "What is given for the slope along a, and what is right?",
            "The fault is not seen where a and b are …",
        ),
        wrong=(
            Wrong("0", "There a gives 2 for a slope that is 0: it is seen."),
            Wrong("1", "The slope along a is 1 there, and 2 is given."),
            Wrong("-2", "The slope along a is −2 there, and 2 is given: the sign shows."),
        ),
    ),
    Exercise(
        "fault_by_hand",
        "What a fault does.",
        "p = a·b, y = p + b, at a = 2 and b = 5. An engine gives (a, b) for the slopes of a·b, in\n"
        "place of (b, a). Which a.grad does it leave?",
        "answer = ...",
        Predict(lambda: 2.0, product_and_sum),
        solution="2.0",
        reason="It passes on a = 2 where b = 5 is right: any a and b that differ show the fault.",
        hints=(
            "One edge leads to a. Which gradient comes in at p, and which slope is on that edge?",
            "p has the gradient 1, and the first of the two slopes belongs to a.",
        ),
        wrong=(
            Wrong("5.0", "That is the right gradient. What does this engine put in its place?"),
            Wrong("6.0", "That is what it leaves on b: 5, and 1 from the sum."),
            Wrong("3.0", "That is the right gradient of b: 2, and 1 from the sum."),
            Wrong("10.0", "That is p; the gradient at a is the slope of that edge, times 1."),
        ),
    ),
)
