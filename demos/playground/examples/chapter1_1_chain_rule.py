"""The chain rule: local derivatives multiply along a path."""

from engine import Value, explore, formula, gradients, simplify

w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.4, "b")
y = (w * x + b).tanh() ** 2
y.backward()

print("dy/dw =", w.grad)
(slope,) = gradients(y, [w])
print("as a formula:", formula(simplify(slope)))
explore(y)
