"""Pictures by Graphviz: of a graph of operations, and of a model as textbooks draw it.

`picture` has `draw` and `svg`, and `rendering` runs Graphviz. From a graph of operations:

- `sketch`: what is shown: nodes, folded boxes, edges
- `dot`: the sketch as text in Graphviz's language

From a model, which gives plain data (`blocks`, and of a fully connected net `network`):

- `model`: its blocks, framed, with what stands in them
- `textbook`: a net as circles and edges; `plates`: where the numbers on its edges stand
- `grids`: kernels, images, tables, shares of attention
- `diagrams`: names, operations and gates, joined by wires; `cells`: those of recurrent layers
- `figure`: all of them put together, at places that are given

`colors` has the colours of both.
"""
