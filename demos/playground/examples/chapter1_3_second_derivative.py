"""The second derivative: a gradient is a graph too, and has gradients of its own."""

from engine import Value, explore, gradients

x = Value(2.0, "x")
y = x**3
(first,) = gradients(y, [x])
(second,) = gradients(first, [x])

print("y' =", first.data, " y'' =", second.data)
explore(second)
