"""text: nodes and kernels as equations."""

from typing import Any

import pytest

from engine import RULES, Rule
from engine.program.graph import Operation, Sum
from engine.program.kernels import (
    BatchedProduct,
    Buffer,
    Clear,
    Elementwise,
    Gather,
    Kernel,
    Matrix,
    MatrixProduct,
    Nodes,
    Operand,
    Reduction,
    ScatterAdd,
    Scattered,
    Slice,
    SortedSum,
    SumOfProducts,
    Sums,
    Temporary,
    Terms,
)
from engine.program.text import kernel_text, node_text, operand_text
from engine.symbols import Symbol

NAME = "abcdefgh".__getitem__
SIZES = dict.fromkeys("bmkp", 1)
A, B, AB = Nodes((0,), True), Nodes((1,), False), Nodes((0, 1), True)
DA = A._replace(gradient=True)
T = Temporary(7, 2, True)
X = Symbol("x0")
TWO_FIXED = Rule(
    "nine",
    inputs=tuple("abcdefghi"),
    value=lambda m, *xs: m.sum(xs),
    partials=lambda m, y, *xs: (1.0,) * 9,
    fixed=frozenset({1, 8}),  # which a set does not give in this order
)
OWN_DIVIDE = Rule("divide", lambda m, a, b: a * b, lambda m, y, a, b: (b, a), inputs=("a", "b"))


@pytest.mark.parametrize(
    "operand, text",
    [
        (A, "a"),
        (DA, "da"),
        (Nodes((0, 1, 2), True, True), "d[a, b, c]"),
        (Nodes((0, 1, 2, 3), True), "[a … d]"),
        (T, "t7"),
        (Slice(True, False, 2, 5, 1), "S[2:5]"),
        (Slice(False, True, 2, 7, 2), "dK[2:7:2]"),
        (Matrix(False, 4, 3, 1, 2), "K[4:6]"),
        (Matrix(True, 4, 3, 2, 2), "dK[4:6, 7:9]"),
        (Matrix(False, 4, 3, 3, 2), "K[4:6, 7:9, …]"),
        (Scattered(True, False, (5, 1)), "S[5, 1]"),
        (Scattered(False, True, (5, 1, 3, 2)), "dK[5 … 2]"),
        (Buffer("g", 3, 2, True), "g3"),
    ],
)
def test_operands(operand: Operand, text: str) -> None:
    assert operand_text(operand, NAME) == text


def terms(*sides: Operand, factors: Any = (1.0,), length: int = 1) -> Terms:
    return Terms(factors, sides, length)


@pytest.mark.parametrize(
    "kernel, text",
    [
        (Elementwise((Symbol("tanh", (X,)),), {"x0": A}, (B,)), "b = tanh(a)"),
        (
            Elementwise((X * Symbol("d"), Symbol("exp", (X,))), {"x0": A, "d": DA}, (T, B)),
            "t7 = a·da; b = exp(a)",
        ),
        (
            Reduction(Symbol("over add", (Symbol("stack"),)), AB, B, 2, RULES["sum"]),
            "b = over add([a, b])",
        ),
        (SumOfProducts(B, (terms(A, B), terms(A, factors=(-2.5,)))), "b = a·b − 2.5·a"),
        (SumOfProducts(B, (terms(A, factors=(-1.0,)),), onto=True), "b += −a"),
        (SumOfProducts(B, (terms(AB, AB, length=2),)), "b = Σ [a, b]·[a, b]"),
        (SumOfProducts(B, (terms(AB, factors=(1.0, 2.0), length=2),)), "b = Σ k·[a, b]"),
        (SumOfProducts(AB, (terms(AB, factors=(1.0, 2.0)),)), "[a, b] = k·[a, b]"),
        (MatrixProduct(A, B, T, 1, 1, 1), "t7 = a·b"),
        (MatrixProduct(A, B, T, 1, 1, 1, "left"), "t7 = aᵀ·b"),
        (MatrixProduct(A, B, T, 1, 1, 1, "right"), "t7 = a·bᵀ"),
        (BatchedProduct(A, B, T, SIZES), "t7 = a·bᵀ for each sample"),
        (BatchedProduct(A, B, T, SIZES, factor=0.5), "t7 = 0.5·a·bᵀ for each sample"),
        (BatchedProduct(A, B, T, SIZES, ("mp", "pk", "mk")), "t7 = a·b for each sample"),
        (BatchedProduct(A, B, T, SIZES, ("mp", "mk", "pk")), "t7 = aᵀ·b for each sample"),
        (Gather(AB, Buffer("w", 2, 2, False), 1), "w2 = [a, b]"),
        (ScatterAdd(T, DA, True), "da = t7"),
        (ScatterAdd(T, DA, False), "da += t7"),
        (ScatterAdd(T, DA, False, repeat=2), "da += Σ t7"),
        (ScatterAdd(T, DA, True, order=(1, 0), starts=(0,)), "da = Σ t7"),
        (ScatterAdd(T, B._replace(gradient=True), True), "db = Σ t7"),
        (ScatterAdd(B, B._replace(gradient=True), True), "db = b"),
        (Clear((DA, B._replace(gradient=True))), "da = 0; db = 0"),
        (Sums((SortedSum(2, (), (), {}, ()),), True), "c = sums of products"),
    ],
)
def test_kernels(kernel: Kernel, text: str) -> None:
    assert kernel_text(kernel, NAME) == text


@pytest.mark.parametrize(
    "node, text",
    [
        (Operation(RULES["power"], (1,), (3.0,)), "b³"),
        (Operation(RULES["polygamma"], (0,), (2.0,)), "polygamma(2, a)"),
        (Operation(RULES["divide"], (0, 1)), "a/b"),
        (Operation(OWN_DIVIDE, (0, 1)), "divide(a, b)"),
        (
            Operation(TWO_FIXED, (0, 1, 2, 3, 4, 5, 6), (0.5, 8.0)),
            "nine(a, 0.5, b, c, d, e, f, g, 8)",
        ),
        (Sum(0.0, ((), ()), ((1.0, -1.0), (0, 0), (0, 1))), "a·a − a·b"),
        (Sum(2.0, ((-0.5,), (1,)), ((), (), ())), "−0.5·b + 2"),
        (Sum(-2.0, ((), ()), ((), (), ())), "−2"),
        (Sum(0.0, ((), ()), ((), (), ())), "0"),
    ],
)
def test_nodes(node: Operation | Sum, text: str) -> None:
    assert node_text(node, NAME) == text
