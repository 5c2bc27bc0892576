"""A convolution: one kernel slides over an image."""

from engine import explore
from nn import Conv2d

image = [[[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]]
layer = Conv2d(1, 1, 2)
((top, bottom),) = layer(image)

print([round(y.data, 3) for y in (*top, *bottom)])
explore(sum((*top, *bottom)))
