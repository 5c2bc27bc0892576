"""The training loop: forward, zero the gradients, backward, a step downhill."""

from engine import Value

w, b = Value(0.0, "w"), Value(0.0, "b")
points = [(-1.0, -1.0), (0.0, 1.0), (1.0, 3.0)]

for epoch in range(20):
    loss = sum((w * x + b - y) ** 2 for x, y in points)
    w.grad = b.grad = 0.0
    loss.backward()
    for parameter in (w, b):
        parameter.data -= 0.1 * parameter.grad
    print(epoch, round(loss.data, 4))

print(f"y = {w.data:.3f} x + {b.data:.3f}")
prediction = w * 2.0 + b
