"""Proof of gradients: finite differences with an error bar, random points, random graphs.

What is called, and what that finds (`report`):

- `checking`: `check_gradients`, of a function of Values; `black_box/`: of any other function
- `rule_checking`: `check_rule`; `programs`: `check_program`
- `judge/`: `check_engine`, of anybody's engine
- `strategies`: Hypothesis draws random graphs (`graph_builder`, `random_graph`)

What they share:

- `differences`: finite differences with a bound on their error; `exact/`: fifty digits and more
- `rounding`: how far floats are from the exact numbers
- `points`: where a rule is checked; `smooth`: where it has a derivative

For graphs of Values:

- `problem`: what is to be proved; `analysis`: reverse mode at a point, beside differences
- `parts`: operation by operation, each `local` derivative alone; `glance`: at a few values
- `blame`: the first node that is wrong
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.proof.judge import PROPERTIES as PROPERTIES
    from engine.proof.judge import check_engine as check_engine


def __getattr__(name: str) -> Any:
    """What judges other engines is loaded when it is asked for."""
    if name in ("PROPERTIES", "check_engine"):
        from engine.proof import judge

        return getattr(judge, name)
    raise AttributeError(f"module 'engine.proof' has no attribute {name!r}")
