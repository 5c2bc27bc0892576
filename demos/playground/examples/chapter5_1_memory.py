"""Memory: what a graph keeps alive, and what no_grad leaves out."""

from engine import Value, no_grad
from engine.graph import topological_order

x = Value(0.5, "x")
y = x
for _ in range(5):
    y = (y * 1.5).tanh()
print("kept:", len(topological_order([y])), "nodes")

with no_grad():
    z = x
    for _ in range(5):
        z = (z * 1.5).tanh()
print("without gradients:", len(topological_order([z])), "node")
