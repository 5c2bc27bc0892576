"""Pictures by Graphviz: of a graph of operations, and of a model as textbooks draw it."""
