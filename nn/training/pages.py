"""The pages that show a training: their files filled, and what both have of mathematics."""

from pathlib import Path
from typing import Any

from engine import RULES, Value, sigmoid, softmax
from engine.explorer import filled, page_script, page_style
from engine.explorer.contents import json_block
from engine.formula.partials import partial_formulas
from engine.symbols import Symbol
from nn.losses.losses import Loss
from nn.losses.targets import CLASSES, PROBABILITIES

PAGE = Path(__file__).parent / "film_page"
WAY = "../../../engine/explorer/page/"  # from there to the modules that both pages share


def fill_page(name: str, title: str, contents: dict[str, Any], rules: str) -> str:
    """One of the pages that show a training, with the parts that all of them have."""
    return filled(
        read(f"{name}.html"),
        title=title,
        style=page_style(read("film.css")),
        share=read("share.html"),
        panels=read("panels.html"),
        data=json_block(contents),
        script=page_script(rules, f"{name}.js", way=WAY, read=read),
    )


def read(name: str) -> str:
    """A file of the page."""
    return (PAGE / name).read_text(encoding="utf-8")


def shown_outputs(loss: Loss, outputs: list[Value]) -> list[Value]:
    """Probabilities in place of logits; else the outputs as they are."""
    if loss.targets is PROBABILITIES:
        return [sigmoid(output) for output in outputs]
    return softmax(outputs) if loss.targets is CLASSES else outputs


def slope_of(activation: str) -> str:
    """The derivative of a rule as a formula in z and a; "" for what is no single rule.

    >>> slope_of("tanh")
    '1 − a²'
    """
    rule = RULES.get(activation)
    return partial_formulas(rule, [Symbol("z")], "a")[0] if rule and rule.unary else ""
