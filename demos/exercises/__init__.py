"""Exercises that mark themselves: short ones for every chapter, and an engine of one's own.

- `exercise`: what a short one is; `kinds`: a slope, a number, an order, a function to mend
- `chapter1`, `chapter2`, `chapter3`, `chapter4`, `chapter5`, `chapter6`, in a `catalogue`
- `marking`: what is wrong with an answer; `worksheet`: to print
- `step`: what a step of one's own engine is; `steps/`: all twelve; `engine_file`: what they fill in
- `engine_marking`: the judge marks them, with properties in `net` and `moons`
- `telling`: what a learner reads; `progress`: what is solved; `command_line`
- `notebook`: the same in Jupyter; `notebooks`: one for each chapter
"""
