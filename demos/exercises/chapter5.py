"""The short exercises on chapter 5: speed."""

from demos.exercises.exercise import Exercise, Wrong
from demos.exercises.kinds import Case, Mend, Predict
from engine import Value
from engine.graph import topological_order


def doubled(times: int) -> Value:
    b = Value(1.0)
    for _ in range(times):
        b = b + b
    return b


def edges() -> float:
    return float(sum(len(node.inputs) for node in topological_order([doubled(10)])))


def nodes() -> float:
    a, b = Value(2.0), Value(3.0)
    return float(len(topological_order([a * b + a * b])))


def products() -> float:
    return float(len([(i, j, k) for i in range(2) for j in range(3) for k in range(4)]))


GRADIENT = """\
# W has a row for each output, y = W x, and g has the gradient of each output.


def weight_gradient(g, x):
    return [[x_i * g_j for g_j in g] for x_i in x]"""

GRADIENT_ROW = "[[x_i * g_j for g_j in g] for x_i in x]"

CHAPTER5 = (
    Exercise(
        "count_nodes",
        "How many nodes?",
        "a and b are Values. How many nodes has the graph of a * b + a * b, leaves included?",
        "answer = ...",
        Predict(nodes),
        solution="5",
        reason="Each operation that is written makes a node: a, b, two products, and their sum.",
        hints=(
            "Does Python know that the two products are the same?",
            "Count the leaves once each, and each operator once for each time it is written.",
        ),
        wrong=(
            Wrong("4", "The product is written twice, and computed twice: two nodes."),
            Wrong("7", "a and b are the same node wherever they are used."),
            Wrong("3", "Those are the operations; the leaves are nodes as well."),
        ),
    ),
    Exercise(
        "backward_work",
        "How much work is backward?",
        "b = b + b, ten times. How many edges does a backward pass go along?",
        "answer = ...",
        Predict(edges),
        solution="20",
        reason="Two edges for each of ten nodes; the 1,024 paths from end to end don't matter.",
        hints=(
            "Backward visits each node once, and then goes along each edge from it.",
            "Each sum has two edges, even where they lead to the same node.",
        ),
        wrong=(
            Wrong("1024", "Those are the paths; in a topological order each edge is used once."),
            Wrong("10", "b + b uses b twice: two edges, and each brings its part."),
            Wrong("11", "Those are the nodes."),
        ),
    ),
    Exercise(
        "count_products",
        "How many products?",
        "A matrix with 2 rows and 3 columns times one with 3 rows and 4 columns: how many\n"
        "products of two numbers?",
        "answer = ...",
        Predict(products),
        solution="24",
        reason="2·4 results, each the sum of 3 products.",
        hints=("How many numbers has the result?", "Each of them is a sum of how many products?"),
        wrong=(
            Wrong("8", "Those are the results: each is a sum of several products."),
            Wrong("72", "Each number of the first meets 4 of the second, and not all 12."),
            Wrong("16", "Each result has 3 products; 2 is how many sums it takes to add them."),
            Wrong("18", "Those are the numbers in both matrices."),
        ),
    ),
    Exercise(
        "matrix_gradient",
        "The gradient of a matrix.",
        "∂L/∂W has the shape of W: one row for each output, one column for each input.",
        GRADIENT,
        Mend(
            "weight_gradient",
            (
                Case("weight_gradient([1], [2])", lambda f: f([1.0], [2.0])),
                Case("weight_gradient([1, 2], [3, 5])", lambda f: f([1.0, 2.0], [3.0, 5.0])),
                Case(
                    "weight_gradient([1, 2], [3, 5, 7])", lambda f: f([1.0, 2.0], [3.0, 5.0, 7.0])
                ),
            ),
        ),
        solution="[[g_j * x_i for x_i in x] for g_j in g]",
        reason="W_ji multiplies x_i on its way to y_j: its gradient is g_j·x_i, in row j.",
        hints=(
            "How many rows does W have, how many does the result?",
            "Row j belongs to output j: which of g and x does the outer loop go through?",
        ),
        wrong=(
            Wrong("[g_j * x_i for x_i in x for g_j in g]", "All the numbers, but in one row."),
            Wrong(
                "[[g_j + x_i for x_i in x] for g_j in g]", "The gradient goes on times the slope."
            ),
            Wrong("[[g_j * x_j for g_j, x_j in zip(g, x)]]", "Every input meets every output."),
        ),
        blank=GRADIENT_ROW,
    ),
)
