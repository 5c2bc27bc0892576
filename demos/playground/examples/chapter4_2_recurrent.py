"""A recurrent net: the same weights at every step of a sequence."""

from engine import explore
from nn import RNN

layer = RNN(1, 2)
states = layer([[0.5], [-1.0], [2.0]])
explore(sum(states[-1]))
