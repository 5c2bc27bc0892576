"""Pictures by Graphviz: of a graph of operations, and of a net as textbooks draw it."""
