"""The gradients of PyTorch and JAX, for functions over their arrays."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.proof.black_box.trees import Tree, filled, is_array, is_list

Function = Callable[..., Any]
LIBRARIES = {"torch": "torch", "jax": "jax", "jaxlib": "jax"}  # by the module of an array's class


def libraries(item: Any) -> set[str]:
    """The libraries whose arrays are in it; "" for arrays of others.

    >>> libraries([1.0, {"w": 2.0}])
    set()
    """
    items = list(item.values()) if isinstance(item, Mapping) else item
    if is_list(items):
        return {name for inner in items for name in libraries(inner)}
    if not is_array(item):
        return set()
    modules = [kind.__module__.partition(".")[0] for kind in type(item).__mro__]
    return {next((LIBRARIES[module] for module in modules if module in LIBRARIES), "")}


def their_gradient(function: Function, library: str) -> Function:
    """The gradient as the library gives it, in the structure of the point."""
    return torch_gradient(function) if library == "torch" else jax_gradient(function)


def their_product(function: Function, library: str) -> Function:
    """`product(*point, tangent)`: the Hessian times a tangent, as the library gives it."""
    return torch_product(function) if library == "torch" else jax_product(function)


def torch_gradient(function: Function) -> Function:
    def gradient(*arguments: Any) -> Any:
        inputs, output = torch_output(function, arguments)
        return refilled(arguments, torch_slopes(output, inputs))

    return gradient


def torch_slopes(output: Any, inputs: Sequence[Any], **options: Any) -> Any:
    import torch

    return torch.autograd.grad(output, inputs, allow_unused=True, materialize_grads=True, **options)


def torch_product(function: Function) -> Function:
    def product(*arguments: Any) -> Any:
        *point, tangent = arguments
        inputs, output = torch_output(function, point)
        slopes = torch_slopes(output, inputs, create_graph=True)
        tree = Tree.of(tangent if len(point) > 1 else (tangent,), [""] * len(point))
        along = sum((slope * leaf.item).sum() for slope, leaf in zip(slopes, tree.leaves))
        if not along.requires_grad:  # the function is linear
            return refilled(point, [slope * 0.0 for slope in slopes])
        return refilled(point, torch_slopes(along, inputs))

    return product


def torch_output(function: Function, arguments: Sequence[Any]) -> tuple[list[Any], Any]:
    """The numbers and tensors of the arguments as leaves, and what the function makes of them."""
    import torch

    tree = Tree.of(tuple(arguments), [""] * len(arguments))
    inputs = [
        leaf.item.detach().clone().requires_grad_()
        if is_array(leaf.item)
        else torch.tensor(float(leaf.item), dtype=torch.float64, requires_grad=True)
        for leaf in tree.leaves
    ]
    return inputs, function(*refilled(arguments, inputs))


def refilled(arguments: Sequence[Any], leaves: Sequence[Any]) -> tuple[Any, ...]:
    fresh = iter(leaves)
    return tuple(filled(argument, fresh) for argument in arguments)


def jax_gradient(function: Function) -> Function:
    import jax

    def gradient(*arguments: Any) -> Any:
        return jax.grad(function, argnums=tuple(range(len(arguments))))(*arguments)

    return gradient


def jax_product(function: Function) -> Function:
    import jax

    def product(*arguments: Any) -> Any:
        *point, tangent = arguments
        tangents = tangent if len(point) > 1 else (tangent,)
        return jax.jvp(jax_gradient(function), tuple(point), tuple(tangents))[1]

    return product
