"""An engine as one writes it after a lecture: it passes its own tests, and is wrong."""

import math


class Value:
    """A number that knows its inputs, and its slope along each."""

    def __init__(self, data, inputs=(), partials=()):
        self.data, self.grad = data, 0.0
        self.inputs, self.partials = inputs, partials

    def __add__(self, other):
        other = other if isinstance(other, Value) else type(self)(other)
        return type(self)(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else type(self)(other)
        return type(self)(self.data * other.data, (self, other), (other.data, self.data))

    def tanh(self):
        t = math.tanh(self.data)
        return type(self)(t, (self,), (1.0 - t * t,))

    def backward(self):
        self.grad = 1.0
        nodes = [self]
        for node in nodes:
            for input, partial in zip(node.inputs, node.partials):
                input.grad += partial * node.grad
                if input not in nodes:
                    nodes.append(input)


class Mended(Value):
    """The same with a backward that waits for all, and begins anew in between."""

    def backward(self):
        nodes = order_of(self)
        for node in nodes:
            if node.inputs:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(nodes):
            for input, partial in zip(node.inputs, node.partials):
                input.grad += partial * node.grad


def order_of(output):
    """All nodes, each after its inputs; with a stack, as deep graphs are too deep for Python's."""
    found, seen, stack = [], set(), [(output, False)]
    while stack:
        node, inputs_are_done = stack.pop()
        if inputs_are_done:
            found.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack += [(input, False) for input in node.inputs]
    return found
