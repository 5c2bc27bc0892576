"""The short exercises on chapter 1: gradients."""

from collections.abc import Callable
from typing import Any

from demos.exercises.exercise import Exercise, Wrong
from demos.exercises.kinds import Case, Mend, Order, Predict, Slope, gradient_of, named
from engine import Value
from engine.rule import INF, Domain

NOT_ZERO = Domain("{} ≠ 0", ((-INF, 0.0), (0.0, INF)))


# Graphs, each of one leaf, a


def square(a: Value) -> Value:
    return a * a


def four_times(a: Value) -> Value:
    b = a + a
    return b + b


def late_edge(a: Value) -> Value:
    """b is reached first by an edge from the output, and once more from c."""
    b = a + a
    c = b * b
    return b + c


def tried(text: str, build: Callable[[Value], Value], *, passes: int = 1) -> Case:
    """The gradient at a = 3 that a backward function leaves on a, after so many passes."""

    def run(backward: Callable[[Value], None]) -> float:
        a = Value(3.0, "a")
        output = build(a)
        for _ in range(passes):
            backward(output)
        return a.grad

    def graph() -> Value:
        output = build(Value(3.0, "a"))
        for _ in range(passes):
            output.backward()
        return output

    return Case(text, run, graph)


def labelled() -> Value:
    a = Value(3.0, "a")
    b = named(a + a, "b")
    c = named(b * a, "c")
    return named(b + c, "d")


def used_twice() -> Value:
    a = Value(3.0, "a")
    b = named(a + a, "b")
    return named(b * a, "c")


def two_passes() -> float:
    x = Value(3.0)
    y = x * x
    y.backward()
    y.backward()
    return x.grad


BACKWARD = Mend(
    "backward",
    (
        tried("a = Value(3.0); y = a * a; backward(y); a.grad", square),
        tried("a = Value(3.0); b = a + a; y = b + b; backward(y); a.grad", four_times),
        tried("a = Value(3.0); b = a + a; c = b * b; y = b + c; backward(y); a.grad", late_edge),
        tried(
            "a = Value(3.0); b = a + a; y = b + b; backward(y); backward(y); a.grad",
            four_times,
            passes=2,
        ),
    ),
)

WALK = """\
from engine.graph import topological_order


def backward(output):
    nodes = topological_order([output])
    for node in nodes:
        if node.inputs:
            node.grad = 0.0
    output.grad += 1.0
    for node in reversed(nodes):
        for input, partial in zip(node.inputs, node.partials):
            input.grad += partial * node.grad"""


def with_fault(right: str, wrong: str) -> dict[str, Any]:
    """A backward with one line wrong, for the file and the blank in it."""
    return {"file": WALK.replace(right, wrong), "blank": wrong}


DISCOVERY = """\
nodes = [output]
    for node in nodes:
        nodes += [each for each in dict.fromkeys(node.inputs) if each not in nodes]
    nodes.reverse()"""


CHAPTER1 = (
    Exercise(
        "cube",
        "The slope of a cube.",
        "y = x³. What is dy/dx?",
        "def slope(x, y):\n    return ...",
        Slope(lambda m, x: x * x * x),
        solution="3.0 * x**2",
        reason="Each of the three factors moves in turn while the other two stay: 3 times x·x.",
        hints=(
            "Write y = x·x·x and move one factor at a time.",
            "The slope of xⁿ is n·xⁿ⁻¹.",
        ),
        wrong=(
            Wrong("x**2", "The exponent comes down as a factor: how often does x stand there?"),
            Wrong("3.0 * x", "The exponent goes down by 1: from 3 to 2, not to 1."),
            Wrong("y", "y is the height of the curve; its slope is asked for."),
            Wrong("3.0 * x**3", "The exponent comes down, and is then one less."),
        ),
    ),
    Exercise(
        "product",
        "The slopes of a product.",
        "y = a·b. What are ∂y/∂a and ∂y/∂b?",
        "def slope(a, b, y):\n    return ...",
        Slope(
            lambda m, a, b: a * b,
            inputs=("a", "b"),
            points=((2.0, 3.0), (-0.5, 4.0), (1.0, -2.0)),
        ),
        solution="(b, a)",
        reason="While a moves, b stands still and is the factor: y grows b times as fast as a.",
        hints=(
            "Hold b still at 3. By how much does y = a·3 grow when a grows by 1?",
            "The slope along one factor is the other factor.",
        ),
        wrong=(
            Wrong("(a, b)", "These two are in each other's place: at b = 3, y grows by 3 per a."),
            Wrong("(1.0, 1.0)", "That is the sum a + b; here the other factor multiplies."),
            Wrong("a + b", "Two slopes are asked for, in a tuple: (along a, along b)."),
        ),
    ),
    Exercise(
        "reciprocal",
        "The slope of 1/x.",
        "y = 1/x. What is dy/dx?",
        "def slope(x, y):\n    return ...",
        Slope(lambda m, x: 1.0 / x, domain=(NOT_ZERO,)),
        solution="-y * y",
        reason="1/x is x⁻¹: the exponent comes down, −1·x⁻², and x⁻² is y·y.",
        hints=(
            "1/x is a power of x: which one?",
            "n·xⁿ⁻¹ with n = −1. Does y rise or fall while x grows?",
        ),
        wrong=(
            Wrong("1.0 / x**2", "The size is right. Does 1/x rise or fall as x grows?"),
            Wrong("-1.0 / x", "The exponent goes down by 1: from −1 to −2."),
            Wrong("1.0 / 1.0", "That is 1 over the slope of x; a quotient has a rule of its own."),
        ),
    ),
    Exercise(
        "used_twice",
        "A node that is used twice.",
        "a = Value(3.0); b = a + a; c = b * a; c.backward(). What is a.grad?",
        "answer = ...",
        Predict(gradient_of(used_twice, "a"), used_twice),
        solution="12.0",
        reason="c = 2a², and its slope is 4a = 12: 6 come along the edge from c, and 3 + 3 by b.",
        hints=(
            "How many edges lead to a? Each adds its part.",
            "The edge from c to a brings b = 6; b has the gradient a = 3 and passes it on twice.",
        ),
        wrong=(
            Wrong("6.0", "That is what comes along one way. There are others: add them."),
            Wrong("9.0", "b = a + a has two edges to a: b's gradient arrives by both."),
            Wrong("18.0", "That is c itself; its slope along a is asked for."),
            Wrong("3.0", "That is what one edge from b brings. Count all the edges to a."),
        ),
    ),
    Exercise(
        "backward_order",
        "Backward order.",
        "b = a + a; c = b * a; d = b + c; d.backward(). In which order are the nodes visited?",
        "order = ...",
        Order(labelled),
        solution='["d", "c", "b", "a"]',
        reason="b is used by d and by c: it waits until both have given it their part.",
        hints=(
            "Begin with the output. A node comes after every node that uses it.",
            "Who uses b? All of them come before it.",
        ),
        wrong=(
            Wrong(
                '["d", "b", "c", "a"]',
                "c uses b as well. A node waits for the last of those that use it.",
            ),
            Wrong(
                '["a", "b", "c", "d"]',
                "That is the order in which they were computed: backward goes from the end.",
            ),
        ),
    ),
    Exercise(
        "two_passes",
        "Backward twice.",
        "x = Value(3.0); y = x * x; y.backward(); y.backward(). What is x.grad?",
        "answer = ...",
        Predict(two_passes),
        solution="12.0",
        reason="A leaf adds up what each pass brings, 6 and 6, until someone sets it to 0.",
        hints=("What is x.grad after the first pass?", "Does the second pass start from 0?"),
        wrong=(
            Wrong("6.0", "That is one pass. Nobody has set x.grad back to 0 before the second."),
            Wrong("9.0", "That is y; the slope of x² at 3 is 2·3."),
            Wrong("36.0", "The passes add up; they do not multiply."),
        ),
    ),
    Exercise(
        "lost_part",
        "A backward pass that loses a part.",
        "This is Value.backward as a function, and it gives a wrong gradient.",
        kind=BACKWARD,
        **with_fault("input.grad += partial * node.grad", "input.grad = partial * node.grad"),
        solution="input.grad += partial * node.grad",
        reason="Each edge adds its part; with = the last edge wipes out what others brought.",
        hints=(
            "Try a * a by hand: two edges lead to a. What does each of them do to a.grad?",
            "How many parts are left after the last edge?",
        ),
        wrong=(
            Wrong(
                "input.grad += node.grad",
                "It adds up now, but the partial is gone: the gradient that comes in goes on "
                "times the slope of the edge.",
            ),
            Wrong(
                "input.grad -= partial * node.grad",
                "The parts are added; the minus of gradient descent belongs to the step.",
            ),
            Wrong(
                "input.grad += partial + node.grad",
                "Along a path slopes multiply; it is different paths that add.",
            ),
        ),
    ),
    Exercise(
        "wrong_order",
        "A backward pass in the wrong order.",
        "It is right for a * a, and wrong where a node is used at two levels.",
        kind=BACKWARD,
        **with_fault("nodes = topological_order([output])", DISCOVERY),
        solution="nodes = topological_order([output])",
        reason="Found first is not ready first: b may be found by one edge while another waits.",
        hints=(
            "In which order does the list grow for b = a + a; c = b * b; y = b + c?",
            "topological_order is imported already.",
        ),
        wrong=(
            Wrong(
                "nodes = topological_order([output])[::-1]",
                "It is reversed once more below: the pass then begins with the leaves.",
            ),
            Wrong(
                "nodes = [output]\n"
                "    for node in nodes:\n"
                "        nodes += node.inputs\n"
                "    nodes.reverse()",
                "Now a node stands there once for each path, and passes on what it had too often.",
            ),
        ),
    ),
)
