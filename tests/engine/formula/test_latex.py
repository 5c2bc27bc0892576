"""LaTeX: its labels, its numbers, its blocks."""

import pytest

from engine import Value, formula


@pytest.mark.parametrize(
    ("label", "latex"),
    [
        ("w12", "w_{12}"),
        ("alpha", r"\alpha"),
        ("height", r"\text{height}"),
        ("a_b%", r"\text{a\_b\%}"),
        ("12", r"\text{12}"),
        ("%", r"\text{\%}"),
        ("two\nlines", r"\text{two lines}"),
    ],
)
def test_labels_in_latex(label: str, latex: str) -> None:
    assert formula(Value(1.0, label), "latex") == latex


def test_numbers_with_an_exponent_are_powers_of_ten_in_latex() -> None:
    x = Value(1.0, "x")
    assert formula(x * 1e-9, "latex") == r"x \cdot 1 \cdot 10^{-9}"
    assert formula((x * 1e-9) ** 2, "latex") == r"\left(x \cdot 1 \cdot 10^{-9}\right)^{2}"


def test_of_plain_numbers_in_latex_a_negative_one_takes_parentheses() -> None:
    x = Value(1.0, "x")
    assert formula(x * 2, "latex") == r"x \cdot 2"
    assert formula(x * -2, "latex") == r"x \cdot \left(-2\right)"
    assert formula(Value(-2.0) ** 2, "latex") == r"\left(-2\right)^{2}"


def test_what_latex_sets_as_a_block_still_needs_parentheses_below_an_exponent() -> None:
    a, b = Value(2.0, "a"), Value(3.0, "b")
    assert formula((a / b) ** 2, "latex") == r"\left(\frac{a}{b}\right)^{2}"
    assert formula(a.exp() ** 2, "latex") == r"\left(e^{a}\right)^{2}"
    assert formula(a.sqrt() ** 2, "latex") == r"\sqrt{a}^{2}"
    assert formula(-(a / b) * a, "latex") == r"-\frac{a}{b} \cdot a"
