"""Accumulation: a value that is used twice gets a gradient along each path."""

from engine import Value

a = Value(3.0, "a")
y = a * a + a
y.backward()

print("dy/da = 2a + 1 =", a.grad)
