"""Operands: what each kernel reads and writes, where those rows begin, others in their place."""

from collections.abc import Callable, Sequence
from typing import Any

from engine.messages import shown
from engine.program.kernels import (
    BatchedProduct,
    Buffer,
    Clear,
    Elementwise,
    Gather,
    Kernel,
    Loop,
    Matrix,
    MatrixProduct,
    Moving,
    Nodes,
    Operand,
    Pick,
    PickAdjoint,
    Placed,
    Reduction,
    ScatterAdd,
    Scattered,
    Slice,
    SumOfProducts,
    Sums,
)


def outputs_of(kernel: Kernel) -> tuple[Operand, ...]:
    """What a kernel writes."""
    match kernel:
        case Elementwise():
            return kernel.outputs
        case Reduction() | SumOfProducts() | MatrixProduct() | BatchedProduct():
            return (kernel.output,)
        case Pick() | PickAdjoint() | Gather():
            return (kernel.output,)
        case ScatterAdd():
            return (kernel.target,)
        case Clear():
            return kernel.targets
        case Sums(members, batched):
            return (Nodes(tuple([member.place for member in members]), batched),)
        case Loop(steps=steps):
            return tuple([output for _, each in steps for output in outputs_of(each)])


def inputs_of(kernel: Kernel) -> tuple[Operand, ...]:
    """What a kernel reads, beside what it adds to."""
    match kernel:
        case Elementwise():
            return tuple(kernel.inputs.values())
        case Reduction():
            return (kernel.stack,)
        case SumOfProducts():
            return tuple([side for terms in kernel.terms for side in terms.sides])
        case MatrixProduct() | BatchedProduct():
            return kernel.left, kernel.right
        case Pick(index, read) | PickAdjoint(index, read):
            return index, read
        case Gather() | ScatterAdd():
            return (kernel.source,)
        case Loop(steps=steps):
            return tuple([input for _, each in steps for input in inputs_of(each)])
        case _:
            return ()


def with_operands(kernel: Kernel, new: Callable[[Operand], Any]) -> Any:
    """The kernel with what the function makes of each operand."""
    match kernel:
        case Elementwise(inputs=inputs, outputs=outputs):
            read = {name: new(input) for name, input in inputs.items()}
            return kernel._replace(inputs=read, outputs=tuple(map(new, outputs)))
        case Reduction(stack=stack, output=output):
            return kernel._replace(stack=new(stack), output=new(output))
        case SumOfProducts(output, terms):
            read_terms = [each._replace(sides=tuple(map(new, each.sides))) for each in terms]
            return kernel._replace(terms=tuple(read_terms), output=new(output))
        case MatrixProduct(left, right, output) | BatchedProduct(left, right, output):
            return kernel._replace(left=new(left), right=new(right), output=new(output))
        case Pick(index, table, output, height):
            return Pick(new(index), new(table), new(output), height)
        case PickAdjoint(index, gradient, output, height):
            return PickAdjoint(new(index), new(gradient), new(output), height)
        case Gather(source, output):
            return kernel._replace(source=new(source), output=new(output))
        case ScatterAdd(source, target):
            return kernel._replace(source=new(source), target=new(target))
        case Clear(targets):
            return Clear(tuple(map(new, targets)))
        case _:
            raise TypeError(f"{shown(kernel)} has no operands of its own")


def nodes_of(operand: Operand) -> Nodes:
    """The nodes that an operand is, before `layout`."""
    assert isinstance(operand, Nodes)
    return operand


def starts(operand: Operand) -> Sequence[int]:
    """Where the rows of an operand begin; nothing for buffers, which are used again."""
    match operand:
        case Slice(first=first) | Matrix(first=first):
            return (first,)
        case Buffer("g", number):
            return (number,)
        case Scattered(numbers=numbers):
            return numbers
        case _:
            return ()


def at_rows(operand: Any, first: Sequence[int]) -> Placed:
    """The operand with its rows where these are."""
    match operand:
        case Slice():
            stop = operand.stop - operand.first + first[0]
            return operand._replace(first=first[0], stop=stop)
        case Matrix():
            return operand._replace(first=first[0])
        case Buffer():
            return operand._replace(number=first[0])
        case _:
            return Scattered(operand.batched, operand.gradient, tuple(first))


def at_start(operand: Operand) -> Operand:
    """An operand of a loop, as it is the first time."""
    return operand.at if isinstance(operand, Moving) else operand


def at_time(operand: Operand, time: int) -> Operand:
    """An operand of a loop, as it is the given time; the first is 0."""
    if not isinstance(operand, Moving):
        return operand
    first = [x + time * by for x, by in zip(starts(operand.at), operand.by)]
    return at_rows(operand.at, first)
