"""A neuron: weights, a bias, and a function that bends."""

from nn import Neuron

neuron = Neuron(2)
y = neuron([1.0, -2.0])
y.backward()

for name, parameter in neuron.named_parameters():
    print(name, "=", parameter.data, " gradient", parameter.grad)
