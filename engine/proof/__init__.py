"""Proof of gradients: finite differences with an error bar, random points, random graphs."""

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
