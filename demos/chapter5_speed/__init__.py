"""Speed: what a graph costs, and how it becomes array code."""
