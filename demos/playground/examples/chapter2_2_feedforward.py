"""A net with two hidden neurons, drawn as in a textbook."""

from engine import draw
from nn import MLP

model = MLP(2, [2, 2])
draw(model, inputs=[2.0, 3.0])
