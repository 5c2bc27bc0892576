"""Local derivatives as formulas, with the names at hand."""

from engine import RULES
from engine.formula.partials import partial_formulas
from engine.symbols import Symbol


def test_derivatives_are_written_with_the_names_at_hand() -> None:
    def texts(rule: str, *names: str) -> list[str]:
        return partial_formulas(RULES[rule], [Symbol(n) for n in names], "y")

    assert texts("tanh", "x") == ["1 − y²"]
    assert texts("divide", "a", "b") == ["1/b", "−y/b"]
    assert texts("relu", "z") == ["[z > 0]"]
    assert texts("erf", "x") == ["1.128·exp(−x²)"]
    assert partial_formulas(RULES["power"], [Symbol("x"), 3.0], "y")[0] == "3·x²"
