"""The short exercises on chapter 4: images and sequences."""

from demos.exercises.exercise import Exercise, Wrong
from demos.exercises.kinds import Case, Mend, Order, Predict, gradient_of, named
from engine import Value


def shared_weight() -> Value:
    w = Value(0.5, "w")
    return named(w * 1.0 + w * 2.0 + w * 4.0, "y")


def through_time() -> Value:
    w = Value(0.5, "w")
    h1 = named(w * Value(1.0, "h0"), "h1")
    return named(w * h1, "h2")


def three_steps() -> Value:
    w = Value(0.5, "w")
    h1 = named(w.tanh(), "h1")
    h2 = named(w * h1, "h2")
    return named(w * h2, "h3")


def output_width() -> float:
    return float(len(range(8 - 3 + 1)))


CONVOLVE = """\
def convolve(kernel, inputs):
    size = len(kernel)
    return [
        sum(k * inputs[start + i] for i, k in enumerate(kernel))
        for start in range(len(inputs) - size)
    ]"""

REMEMBER = """\
from math import tanh


def states(w, u, inputs):
    h, found = 0.0, []
    for x in inputs:
        h = tanh(w * x + u * x)
        found.append(h)
    return found"""

ATTEND = """\
from math import exp


def attend(query, keys, values):
    scores = [query * key for key in keys]
    weights = [exp(score) for score in scores]
    return sum(weight * value for weight, value in zip(weights, values))"""

CHAPTER4 = (
    Exercise(
        "shared_weight",
        "One weight in three places.",
        "A kernel of one weight w slides over the inputs 1, 2, 4, and y is the sum of the three\n"
        "results. What is dy/dw?",
        "answer = ...",
        Predict(gradient_of(shared_weight, "w"), shared_weight),
        solution="7.0",
        reason="w is used three times, and each use adds its part: 1 + 2 + 4.",
        hints=(
            "Write y out. How often does w stand in it?",
            "Each use of w adds its input to the gradient.",
        ),
        wrong=(
            Wrong("4.0", "That is what the last place brings; the others add theirs."),
            Wrong("8.0", "The places add up, they do not multiply."),
            Wrong("3.5", "That is y, with w = ½."),
            Wrong("3.0", "Each use counts with the input that w meets there, not with 1."),
        ),
    ),
    Exercise(
        "output_width",
        "How wide is the result?",
        "A kernel 3 wide slides over a row of 8 numbers, one place at a time, and stays inside.\n"
        "How many results are there?",
        "answer = ...",
        Predict(output_width),
        solution="6",
        reason="The kernel begins at places 0 to 5: 8 − 3 + 1.",
        hints=(
            "At which place does the kernel begin first, at which last?",
            "n − k + 1.",
        ),
        wrong=(
            Wrong("5", "Count both ends: from place 0 to place 5."),
            Wrong("8", "That is with zeros added at the ends; here the kernel stays inside."),
            Wrong("2", "It moves one place at a time, and not by its own width."),
        ),
    ),
    Exercise(
        "convolution_ends",
        "A convolution that stops too soon.",
        "A result is missing.",
        CONVOLVE,
        Mend(
            "convolve",
            (
                Case("convolve([1], [5])", lambda f: f([1.0], [5.0])),
                Case("convolve([1, 2], [1, 0, 1])", lambda f: f([1.0, 2.0], [1.0, 0.0, 1.0])),
                Case(
                    "convolve([1, 1], [1, 2, 3, 4])", lambda f: f([1.0, 1.0], [1.0, 2.0, 3.0, 4.0])
                ),
            ),
        ),
        solution="range(len(inputs) - size + 1)",
        reason="The last place where the kernel fits is len − size; range stops before its end.",
        hints=(
            "Try a kernel of 1 and one input: how many results should there be?",
            "range(n) ends at n − 1.",
        ),
        wrong=(
            Wrong("range(len(inputs))", "Now the kernel reaches beyond the end of the inputs."),
            Wrong(
                "range(1, len(inputs) - size + 1)", "As many as before, and the first is missing."
            ),
            Wrong(
                "range(len(inputs) - size + 2)", "One too many: the kernel reaches beyond the end."
            ),
        ),
        blank="range(len(inputs) - size)",
    ),
    Exercise(
        "through_time",
        "A weight, used at each step of time.",
        "A recurrent net without inputs: h₁ = w·h₀, h₂ = w·h₁, with h₀ = 1 and w = 0.5.\n"
        "What is dh₂/dw?",
        "answer = ...",
        Predict(gradient_of(through_time, "w"), through_time),
        solution="1.0",
        reason="h₂ = w²: each of the two steps brings w·h₀ = 0.5. Backpropagation through time.",
        hints=(
            "Write h₂ with w and h₀ alone.",
            "w is used at both steps: each adds its part.",
        ),
        wrong=(
            Wrong("0.5", "That is what one of the two steps brings."),
            Wrong("0.25", "That is h₂; its slope along w is asked for."),
            Wrong("2.0", "The slope of w² is 2w, and w is 0.5."),
        ),
    ),
    Exercise(
        "time_order",
        "Back through time, in order.",
        "h1 = tanh(w); h2 = w * h1; h3 = w * h2. In which order does backward visit the nodes?",
        "order = ...",
        Order(three_steps),
        solution='["h3", "h2", "h1", "w"]',
        reason="From the last step to the first; w is used at each of them, and waits for all.",
        hints=(
            "Begin with the output. A node comes after every node that uses it.",
            "Who uses w? All of them come before it.",
        ),
        wrong=(
            Wrong(
                '["h3", "w", "h2", "h1"]', "h2 and h1 use w as well: it waits for the first step."
            ),
            Wrong('["h3", "h2", "w", "h1"]', "h1 uses w as well: it comes before w."),
            Wrong('["w", "h1", "h2", "h3"]', "That is how time runs; backward goes from the end."),
        ),
    ),
    Exercise(
        "memory_lost",
        "A recurrent cell that forgets.",
        "h is tanh(w·x + u·h), with the h of the step before.",
        REMEMBER,
        Mend(
            "states",
            (
                Case("states(1, 0, [0.5])", lambda f: f(1.0, 0.0, [0.5])),
                Case("states(1, 1, [0.5, 0])", lambda f: f(1.0, 1.0, [0.5, 0.0])),
                Case("states(1, 2, [0.5, 0, 1])", lambda f: f(1.0, 2.0, [0.5, 0.0, 1.0])),
            ),
        ),
        solution="tanh(w * x + u * h)",
        reason="Only through u·h does a step know of those before it.",
        hints=(
            "What does the cell know of the step before?",
            "u multiplies the state, not the input.",
        ),
        wrong=(
            Wrong("tanh(w * x) + u * h", "The state goes into the tanh as well, or it may grow."),
            Wrong(
                "tanh(w * h + u * x)", "In each other's place: w is for the input, u for the state."
            ),
            Wrong("tanh(w * x + u)", "u multiplies the state of the step before."),
        ),
        blank="tanh(w * x + u * x)",
    ),
    Exercise(
        "attention_shares",
        "Attention whose shares are no shares.",
        "The result is a mean of the values, weighted with shares that add up to 1.",
        ATTEND,
        Mend(
            "attend",
            (
                Case("attend(0, [1, 2], [4, 8])", lambda f: f(0.0, [1.0, 2.0], [4.0, 8.0])),
                Case("attend(1, [0, 1], [0, 1])", lambda f: f(1.0, [0.0, 1.0], [0.0, 1.0])),
                Case("attend(1, [3], [5])", lambda f: f(1.0, [3.0], [5.0])),
            ),
        ),
        solution="zip(weights, values)) / sum(weights)",
        reason="Divided by their sum the weights are a softmax: shares, and the result a mean.",
        hints=(
            "With a query of 0 all weights are 1. What should come out for the values 4 and 8?",
            "What is missing to make the weights a softmax?",
        ),
        wrong=(
            Wrong(
                "zip(weights, values)) / len(weights)",
                "The weights add up to something else than how many there are.",
            ),
            Wrong(
                "zip(weights, values)) / sum(values)",
                "It is the weights that are to add up to 1.",
            ),
            Wrong(
                "zip(weights, values)) / sum(scores)",
                "The weights are exp(score): it is their sum that makes them shares.",
            ),
        ),
        blank="zip(weights, values))",
    ),
)
