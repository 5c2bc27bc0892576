"""The short exercises on chapter 2: neurons."""

from demos.exercises.exercise import Exercise, Wrong
from demos.exercises.kinds import Case, Mend, Order, Predict, Slope, gradient_of, named
from engine import Value
from engine.rule import Domain
from nn import MLP

NEAR = Domain("-3 < {} < 3", ((-3.0, 3.0),))  # further out 1 - y has few digits


def weight_of_a_loss() -> float:
    w = Value(0.5)
    loss = (w * 2.0 - 1.0 - 1.0) ** 2
    loss.backward()
    return w.grad


def parameters() -> float:
    return float(len(MLP(2, [3, 1]).parameters()))


def two_neurons() -> Value:
    """h is used at two levels."""
    x = Value(0.5, "x")
    h = named(x.tanh(), "h")
    k = named(x.sigmoid(), "k")
    s = named(h + k, "s")
    return named(s * h, "y")


def one_is_shut() -> Value:
    x = Value(3.0, "x")
    h = named(x.relu(), "h")
    k = named((-x).relu(), "k")
    return named(2.0 * h + 5.0 * k, "y")


SOFTMAX = """\
from math import exp


def softmax(zs):
    exps = [exp(z) for z in zs]
    return [e / sum(exps) for e in exps]"""

NEURON = """\
from math import tanh


def neuron(weights, inputs, bias):
    if len(weights) != len(inputs):
        raise ValueError(f"{len(weights)} inputs, not {len(inputs)}")
    return sum(tanh(w * x) for w, x in zip(weights, inputs)) + bias"""

CHAPTER2 = (
    Exercise(
        "tanh_slope",
        "The slope of tanh.",
        "y = tanh(x). What is dy/dx? Write it with y.",
        "def slope(x, y):\n    return ...",
        Slope(lambda m, x: m.tanh(x), domain=(NEAR,)),
        solution="1.0 - y * y",
        reason="1 − tanh²: steepest, 1, at x = 0, and nearly 0 where tanh is nearly flat.",
        hints=(
            "How steep is tanh at 0, and how steep far out, where y is nearly 1?",
            "It is 1 less the square of something.",
        ),
        wrong=(
            Wrong("1.0 - x * x", "1 − y²: the square of the result, not of the input."),
            Wrong("y * (1.0 - y)", "That is the slope of the sigmoid; tanh goes from −1 to 1."),
            Wrong(
                "1.0 + y * y", "It is steepest at 0, where y is 0: does the slope grow from there?"
            ),
            Wrong("1.0 - y", "Try x = −0.5: the slope is the same on either side of 0."),
        ),
    ),
    Exercise(
        "sigmoid_slope",
        "The slope of the sigmoid.",
        "y = 1 / (1 + exp(−x)). What is dy/dx? Write it with y.",
        "def slope(x, y):\n    return ...",
        Slope(lambda m, x: m.sigmoid(x), domain=(NEAR,)),
        solution="y * (1.0 - y)",
        reason="y·(1 − y) is at most ¼: through ten sigmoids a gradient is a millionth, at best.",
        hints=(
            "At x = 0, y is ½ and the slope is ¼. It is 0 far out on both sides: y = 0 and y = 1.",
            "A product of two factors: one is 0 where y = 0, the other where y = 1.",
        ),
        wrong=(
            Wrong("y * (y - 1.0)", "The sigmoid rises everywhere: its slope is not below 0."),
            Wrong("x * (1.0 - x)", "The right form; but it is the result that stands in it."),
            Wrong("1.0 - y * y", "That is the slope of tanh; the sigmoid goes from 0 to 1."),
            Wrong("y", "That is the slope of exp. Far out to the right y is 1, and it is flat."),
        ),
    ),
    Exercise(
        "loss_and_weight",
        "A weight, and the loss.",
        "w = 0.5, x = 2, b = −1, z = w·x + b, and the loss is L = (z − 1)². What is dL/dw?",
        "answer = ...",
        Predict(weight_of_a_loss),
        solution="-4.0",
        reason="z = 0, dL/dz = 2·(0 − 1) = −2, and z moves x = 2 times as fast as w: −4.",
        hints=(
            "First forward: what is z? Then dL/dz.",
            "dL/dw = dL/dz · dz/dw. What multiplies w in z?",
        ),
        wrong=(
            Wrong("-2.0", "That is dL/dz. How fast does z move with w?"),
            Wrong("4.0", "z is below its target 1: what does the loss do when w grows?"),
            Wrong("1.0", "That is the loss itself."),
            Wrong("-1.0", "dL/dz has a factor 2 from the square, dz/dw is x."),
        ),
    ),
    Exercise(
        "shut_gate",
        "A gate that is shut.",
        "x = 3, h = relu(x), k = relu(−x), y = 2·h + 5·k. What is dy/dx?",
        "answer = ...",
        Predict(gradient_of(one_is_shut, "x"), one_is_shut),
        solution="2.0",
        reason="relu passes all or nothing: h is open and brings 2, k is shut and brings 0.",
        hints=(
            "Two ways lead from y to x. What does a relu do to a gradient when its input is below "
            "0?",
            "The slope of relu is 1 above 0, and 0 below.",
        ),
        wrong=(
            Wrong("-3.0", "The input of k is −3: there relu is flat, and nothing gets through."),
            Wrong("7.0", "Not both ways are open: what is the slope of relu at −3?"),
            Wrong("6.0", "That is y; its slope along x is asked for."),
            Wrong("5.0", "That is the way through k, which is shut: relu(−3) is 0, and flat."),
        ),
    ),
    Exercise(
        "neurons_order",
        "Neurons in backward order.",
        "x goes to two neurons, h = tanh(x) and k = sigmoid(x); s = h + k; y = s * h. In which\n"
        "order does backward visit the nodes?",
        "order = ...",
        Order(two_neurons),
        solution='["y", "s", "h", "k", "x"]',
        reason="h waits for y and s, x for h and k. Which of h and k goes first does not matter.",
        hints=(
            "Begin with the output. A node comes after every node that uses it.",
            "h is used at two levels: by y, and by s.",
        ),
        wrong=(
            Wrong('["y", "h", "s", "k", "x"]', "s uses h too: h waits until s has been visited."),
            Wrong('["y", "s", "h", "x", "k"]', "k uses x: x comes last, after both neurons."),
            Wrong(
                '["x", "h", "k", "s", "y"]',
                "That is the forward order: backward begins with the output.",
            ),
        ),
    ),
    Exercise(
        "count_parameters",
        "How many parameters?",
        "A net of 2 inputs, a layer of 3 neurons and one of 1: MLP(2, [3, 1]). How many\n"
        "parameters does it have?",
        "answer = ...",
        Predict(parameters),
        solution="13",
        reason="3·(2 + 1) + 1·(3 + 1): each neuron has a weight for each input, and a bias.",
        hints=(
            "How many weights does one neuron of the first layer have? What else does it have?",
            "(n + 1)·m for a layer of m neurons with n inputs.",
        ),
        wrong=(
            Wrong("9", "Those are the weights: each neuron has a bias as well."),
            Wrong("10", "One bias for each neuron of both layers, not one in all."),
            Wrong("12", "Both layers: the last neuron has 3 weights, and a bias too."),
            Wrong("6", "Those are the neurons and inputs; count what each neuron learns."),
        ),
    ),
    Exercise(
        "neuron_bends",
        "A neuron that bends in the wrong place.",
        "A neuron is the activation of its weighted sum: tanh(w₁x₁ + w₂x₂ + b).",
        NEURON,
        Mend(
            "neuron",
            (
                Case("neuron([0.5], [2.0], 0.0)", lambda f: f([0.5], [2.0], 0.0)),
                Case("neuron([1.0], [0.0], 1.0)", lambda f: f([1.0], [0.0], 1.0)),
                Case(
                    "neuron([1.0, 2.0], [0.5, -1.0], 0.5)",
                    lambda f: f([1.0, 2.0], [0.5, -1.0], 0.5),
                ),
            ),
        ),
        solution="tanh(sum(w * x for w, x in zip(weights, inputs)) + bias)",
        reason="The sum decides on which side of a line a point lies; the bend comes after it.",
        hints=(
            "What is inside the tanh, and what should be?",
            "First everything is added up, the bias too; then tanh once.",
        ),
        wrong=(
            Wrong(
                "tanh(sum(w * x for w, x in zip(weights, inputs))) + bias",
                "The bias belongs inside: it moves the place where the neuron bends.",
            ),
            Wrong(
                "sum(w * x for w, x in zip(weights, inputs)) + bias",
                "Now nothing bends: several such neurons are no more than one.",
            ),
            Wrong(
                "sum(tanh(w * x + bias) for w, x in zip(weights, inputs))",
                "tanh is taken once, of the whole sum, and the bias is added once.",
            ),
        ),
        blank="sum(tanh(w * x) for w, x in zip(weights, inputs)) + bias",
    ),
    Exercise(
        "softmax_overflows",
        "A softmax that overflows.",
        "Softmax stays the same when all z are moved by the same amount: use that.",
        SOFTMAX,
        Mend(
            "softmax",
            (
                Case("softmax([0.0, 0.0])", lambda f: f([0.0, 0.0])),
                Case("softmax([1.0, 2.0])", lambda f: f([1.0, 2.0])),
                Case("softmax([1000.0, 1001.0])", lambda f: f([1000.0, 1001.0])),
                Case("softmax([-1000.0, -1001.0])", lambda f: f([-1000.0, -1001.0])),
                Case("softmax([0.0, 1000.0])", lambda f: f([0.0, 1000.0])),
            ),
        ),
        solution="exp(z - max(zs))",
        reason="With the largest moved to 0 no exp is above 1, and the sum is at least 1.",
        hints=(
            "exp(710) is too large for a float. Which number can be taken off each z?",
            "After it, none should be above 0.",
        ),
        wrong=(
            Wrong(
                "exp(z - min(zs))", "What of [0, 1000]? The largest is to be 0, not the smallest."
            ),
            Wrong("exp(z / max(zs))", "That is no move but a scale, and other shares come out."),
            Wrong("exp(min(z, 700.0))", "Now large ones are all alike: 1000 and 1001 get ½ each."),
            Wrong(
                "exp(z - 1000.0)", "That helps just there; −1000 then underflows, and 0/0 is left."
            ),
        ),
        blank="exp(z)",
    ),
)
