"""An engine with a fault: a gradient is set where it should grow; judge it to see what breaks."""

import math


class Value:
    def __init__(self, data, inputs=()):
        self.data, self.grad, self.inputs = data, 0.0, inputs
        self.send = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))

        def send():
            self.grad += out.grad
            other.grad += out.grad

        out.send = send
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))

        def send():
            self.grad = other.data * out.grad
            other.grad = self.data * out.grad

        out.send = send
        return out

    def tanh(self):
        t = math.tanh(self.data)
        out = Value(t, (self,))

        def send():
            self.grad += (1 - t * t) * out.grad

        out.send = send
        return out

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return other + -self

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for each in node.inputs:
                    visit(each)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.send()


w, x, b = Value(0.5), Value(2.0), Value(-0.4)
y = (w * x + b).tanh()
y.backward()
print("press “Judge this engine”; dy/dw =", w.grad)
