"""What is true of a right engine: one record for each property, in the order of the scorecard."""

from engine.proof.judge.properties.arithmetic import ARITHMETIC
from engine.proof.judge.properties.edges import EDGES
from engine.proof.judge.properties.memory import MEMORY
from engine.proof.judge.properties.nets import NETS
from engine.proof.judge.properties.nodes import NODES
from engine.proof.judge.properties.passes import PASSES
from engine.proof.judge.properties.size import SIZE

PROPERTIES = (*ARITHMETIC, *PASSES, *SIZE, *MEMORY, *EDGES, *NODES, *NETS)
