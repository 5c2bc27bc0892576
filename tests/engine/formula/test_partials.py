"""Local derivatives as formulas, with the names at hand."""

from engine import RULES
from engine.formula.partials import partial_formula
from engine.symbols import Symbol


def test_derivatives_are_written_with_the_names_at_hand() -> None:
    def text(rule: str, index: int, *names: str) -> str:
        return partial_formula(RULES[rule], index, [Symbol(n) for n in names], "y", "text")

    assert text("tanh", 0, "x") == "1 − y²"
    assert text("divide", 1, "a", "b") == "−y/b"
    assert text("relu", 0, "z") == "[z > 0]"
    assert text("erf", 0, "x") == "1.128·exp(−x²)"
    assert partial_formula(RULES["power"], 0, [Symbol("x"), 3.0], "y", "text") == "3·x²"
