"""biases: what is added to each row of a matrix product is one more column of the matrix.

A bias that lies behind the weights of its row, as layers list them, is multiplied by a one in each
sample, which lies behind what the layer reads. What adds it, and what sums its gradient over the
samples, are then the products that are computed anyway.
"""

from functools import cached_property
from itertools import chain, count, pairwise

from engine.program.graph import Places
from engine.program.kernels import (
    Kernel,
    Kernels,
    MatrixProduct,
    Nodes,
    Step,
    SumOfProducts,
    Terms,
    Weights,
    is_bias,
)
from engine.program.operands import computed_by, nodes_of

LEAST_WEIGHTS = 16  # of a matrix whose bias is worth a row of ones


def biases(kernels: Kernels) -> Kernels:
    """The same kernels with biases in their matrices, and some that write the ones."""
    pairs = enumerate(pairwise([kernel for _, kernel in kernels.forward]))
    found = [number for number, pair in pairs if has_bias(*pair)]
    if not found:
        return kernels
    ones = RowsOfOnes(kernels)
    wider: dict[tuple[Nodes, int], Nodes] = {}  # what is met again at each step of a recurrence
    changed: dict[int, list[Kernel]] = {}
    for number in found:
        (_, product), (_, others) = kernels.forward[number : number + 2]
        assert isinstance(product, MatrixProduct) and isinstance(others, SumOfProducts)
        one = ones.behind(product)
        if one is not None:
            weights = nodes_of(product.left), product.k
            if weights not in wider:
                wider[weights] = with_biases(*weights)
            right = Nodes((*nodes_of(product.right).places, one), True)
            changed[number] = [product._replace(left=wider[weights], right=right, k=product.k + 1)]
            rest = others.terms[:-1]
            changed[number + 1] = [others._replace(terms=rest)] if rest else []
    steps = ones.after(-1)
    for number, (group, kernel) in enumerate(kernels.forward):
        steps += [Step(group, each) for each in changed.get(number, [kernel])]
        steps += ones.after(number)
    return Kernels(kernels.graph, steps)


def has_bias(product: Kernel, others: Kernel) -> bool:
    """Whether what is added to each row of a matrix, the same for all samples, lies behind the
    weights of that row."""
    if not isinstance(product, MatrixProduct) or not isinstance(others, SumOfProducts):
        return False
    m, k, (*_, last) = product.m, product.k, others.terms
    if product.p > 1 or product.output != others.output or not is_bias(last, batched=True):
        return False
    weights, bias = nodes_of(product.left).places[k - 1 :: k], nodes_of(last.sides[0]).places
    return m * k >= LEAST_WEIGHTS and bias == tuple([weight + 1 for weight in weights])


def with_biases(weights: Nodes, k: int) -> Nodes:
    """Rows of k weights, each with its bias, which lies behind them."""
    rows = [weights.places[start : start + k] for start in range(0, weights.rows, k)]
    return Nodes(Weights(chain.from_iterable([(*row, row[-1] + 1) for row in rows])), False)


class RowsOfOnes:
    """These rows, and behind which steps they are written; -1 stands for the beginning."""

    def __init__(self, kernels: Kernels) -> None:
        self.graph = kernels.graph
        self.groups = [group for group, _ in kernels.forward]
        self.written: dict[int, tuple[int, Step]] = {}
        self.outputs = [computed_by(kernel).places for _, kernel in kernels.forward]
        self.steps = {places[-1]: number for number, places in enumerate(self.outputs)}

    def behind(self, product: MatrixProduct) -> int | None:
        """The one to be read with what a product reads; None where that is not worth a copy."""
        right = nodes_of(product.right).places
        number = self.steps.get(right[-1], -1)
        if number < 0 or self.outputs[number][-len(right) :] != right:  # no place behind them
            if 2 * len(right) > product.m and not self.is_copied(right):  # to add costs less
                return None
            number = -1
        if number not in self.written:
            one, constant = self.graph.one(), self.graph.constant(1.0)
            terms = Terms((1.0,), (Nodes((constant,), False),))
            group = self.groups[number] if number >= 0 else -1
            self.written[number] = one, Step(group, SumOfProducts(Nodes((one,), True), (terms,)))
        return self.written[number][0]

    def is_copied(self, right: Places) -> bool:
        """Whether what a product reads lies unevenly, and is copied anyway."""
        ranks = [self.rank.get(place, -1) for place in right]
        return len({b - a for a, b in pairwise(ranks)}) > 1

    @cached_property
    def rank(self) -> dict[int, int]:
        """In which order the rows will lie."""
        return dict(zip(dict.fromkeys(chain(range(self.graph.n_leaves), *self.outputs)), count()))

    def after(self, number: int) -> list[Step]:
        return [self.written[number][1]] if number in self.written else []
