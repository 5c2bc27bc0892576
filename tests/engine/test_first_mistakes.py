"""What is given in another's place is refused with what was given, and what is needed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine import Program, Value
from nn import MLP

X, Y = Value(2.0, "x"), Value(2.0, "x") * 3.0
MODEL = MLP(2, [3, 1], seed=0)
PROGRAM = Program(X * 2.0, [X])
WRONG = ["tanh", [1.0, 2.0], 1.5, None, np.array([1.0, 2.0]), MODEL]

OF_A_VALUE = [
    engine.backward_steps,
    engine.explore,
    engine.formula,
    engine.forward_steps,
    engine.simplify,
]
OTHERS: list[tuple[str, Callable[[Any], Any]]] = [
    ("check_rule: a Rule is needed, and {} was given", engine.check_rule),
    ("apply: a Rule is needed, and {} was given", lambda given: engine.apply(given, X)),
    (
        "check_program: a Program is needed, and {} was given",
        lambda given: engine.check_program(given, [[1.0]]),
    ),
]


def refused(kind: type[Exception], call: Callable[..., Any], *given: Any, **options: Any) -> str:
    with pytest.raises(kind) as caught:
        call(*given, **options)
    return str(caught.value)


@pytest.mark.parametrize("given", WRONG, ids=lambda given: type(given).__name__)
def test_what_takes_a_value_a_rule_or_a_program_says_so(given: Any) -> None:
    shown = engine.messages.shown(given)
    for call in OF_A_VALUE:
        way = ": write model(inputs)" if call is engine.explore and given is MODEL else ""
        assert refused(TypeError, call, given).endswith(
            f": a Value is needed, and {shown} was given{way}"
        )
    way = ": write {}(f(x), [x])" if callable(given) else ""
    for derive in (engine.gradients, engine.hessian):
        said = f"{derive.__name__}: a Value is needed, and {shown} was given"
        assert refused(TypeError, derive, given, [X]) == said + way.format(derive.__name__)
    for said, call in OTHERS:
        assert refused(TypeError, call, given) == said.format(shown)


def test_a_program_has_parameters_but_is_not_called_as_a_model() -> None:
    assert refused(TypeError, engine.explore, PROGRAM).endswith(" was given")


@pytest.mark.parametrize("given", [1.5, None, MODEL, X], ids=repr)
def test_gradients_say_that_they_take_a_list(given: Any) -> None:
    said = f"a list of inputs is needed, and {engine.messages.shown(given)} was given"
    way = "write [x], or model.parameters()"
    for function in (engine.gradients, engine.hessian):
        who = function.__name__
        assert refused(TypeError, function, Y, given) == f"{who}: {said}: {way}"


@pytest.mark.parametrize("name", engine.ELSEWHERE)
def test_what_other_libraries_have_is_told_what_to_write(name: str) -> None:
    assert name not in dir(engine)
    said = f"module 'engine' has no attribute '{name}': write {engine.ELSEWHERE[name]}"
    assert refused(AttributeError, getattr, engine, name) == said
    assert refused(ImportError, exec, f"from engine import {name}") == said
    assert not hasattr(engine, name)


def test_what_nobody_has_is_told_in_the_words_of_python() -> None:
    assert refused(AttributeError, getattr, engine, "x") == "module 'engine' has no attribute 'x'"
    assert refused(ImportError, exec, "from engine import x").startswith("cannot import name 'x'")


@pytest.mark.parametrize("given", ["x", [1.0], 1.5, X], ids=repr)
def test_what_is_proved_is_a_function(given: Any) -> None:
    needed = "and a function of the point is needed"
    shown = engine.messages.shown(given)
    said = refused(TypeError, engine.check_gradients, given)
    assert said == f"check_gradients: the function is {shown}, {needed}"
    for name in ("gradient", "jacobian", "vjp", "jvp", "hessian"):
        said = refused(TypeError, engine.check_gradients, engine.tanh, 1.0, **{name: given})
        assert said == f"check_gradients: {name} is {shown}, {needed}"


@pytest.mark.parametrize("given", [1.5, None, [1.0, 2.0], np.array([1.0, 2.0])], ids=repr)
def test_the_points_of_a_program_are_a_list_of_lists(given: Any) -> None:
    said = refused(TypeError, engine.check_program, PROGRAM, given)
    needed = "a list of points is needed, each a list of numbers"
    assert said == f"check_program: {needed}, and {engine.messages.shown(given)} was given"


@pytest.mark.parametrize("given", ["x", [["a"]], [[1.0], [2.0, 3.0]]], ids=repr)
def test_a_batch_that_is_no_table_of_numbers_is_shown(given: Any) -> None:
    said = refused(ValueError, PROGRAM, given)
    needed = "numbers are needed, in rows of one length"
    assert said == f"the batch: {needed}, and {given!r} was given"


def test_a_model_in_the_place_of_its_output_or_parameters() -> None:
    needed = "and a list of Values is needed"
    said = refused(TypeError, Program, MODEL, [X])
    assert said.endswith(f"{needed}: write model(inputs)")
    said = refused(TypeError, Program, Y, [X], MODEL)
    assert said.endswith(f"{needed}: write model.parameters()")


@pytest.mark.parametrize("given", [MLP, 3.0, "x", [1.0]], ids=repr)
def test_what_is_drawn_is_a_value_or_a_model_and_no_class_of_them(given: Any) -> None:
    shown = engine.messages.shown(given)
    said = refused(TypeError, engine.draw, given)
    assert said == f"draw: {shown} is not a Value, a list of Values or a model"


@pytest.mark.parametrize("depth", ["x", 1.5, -1, [1]], ids=repr)
def test_the_depth_of_a_picture_is_a_whole_number(depth: Any) -> None:
    said = refused(ValueError, engine.draw, Y, depth=depth)
    assert said == f"draw: depth is {depth!r}, but must be a whole number, 0 or more"


def test_a_depth_may_be_any_kind_of_whole_number() -> None:
    assert engine.draw(Y, depth=np.int64(1)).source == engine.draw(Y, depth=1).source


def test_a_rule_is_applied_to_as_many_inputs_as_it_takes() -> None:
    said = refused(TypeError, engine.apply, engine.RULES["power"], X)
    assert said == "apply: power(x, n) takes 2, and 1 were given"
    said = refused(TypeError, engine.apply, engine.RULES["exp"], X, X)
    assert said == "apply: exp(x) takes 1, and 2 were given"


@pytest.mark.parametrize("function", [engine.draw, engine.explore])
def test_a_path_in_the_place_of_a_setting_is_told_how_to_save(function: Callable[..., Any]) -> None:
    name = function.__name__
    for path in ("out.png", "a/b.html", Path("out")):
        said = refused(TypeError, function, Y, path)
        assert said == f"{name}: to save the result, write {name}(…).save({path!r})"
    for keyword in ("path", "filename", "file", "filepath"):
        said = refused(TypeError, function, Y, **{keyword: "out.png"})
        assert said == f"{name}: there is no {keyword}=, write save(path) of the result"
    assert "settings are given by name: write" in refused(TypeError, function, Y, "TB")


def test_svg_is_the_text_of_a_picture_which_draw_saves() -> None:
    said = refused(TypeError, engine.svg, Y, "y.svg")
    assert said == "svg: to save the result, write draw(…).save('y.svg')"


@pytest.mark.parametrize("path", ["y.svg", "Y.PNG", Path("y.pdf")], ids=str)
def test_a_page_is_not_saved_as_a_picture(path: Any, tmp_path: Path) -> None:
    said = refused(ValueError, engine.explore(Y).save, tmp_path / path)
    assert said.startswith("Page.save: ") and said.endswith(".html is needed")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: engine.gradients(Y), "gradients({y}) was called, but gradients(output, inputs)"),  # type: ignore[call-arg]
        (
            lambda: engine.jvp([Y], [X]),  # type: ignore[call-arg]
            "jvp([{y}], [{x}]) was called, but jvp(outputs, inputs, vector)",
        ),
        (lambda: Program(Y), "Program({y}) was called, but Program(outputs, inputs)"),  # type: ignore[call-arg]
    ],
)
def test_a_derivative_or_a_program_of_too_little_says_what_is_needed(call: Any, said: str) -> None:
    assert refused(TypeError, call) == said.format(y=repr(Y), x=repr(X)) + " is needed"


def test_the_product_of_a_function_with_its_hessian_needs_a_vector() -> None:
    said = refused(TypeError, engine.hvp, engine.tanh, [X], [1.0])
    assert said.endswith(" was given: write hvp(f(x), [x], vector)")


@pytest.mark.parametrize("keyword", ["create_graph", "retain_graph"])
def test_what_pytorch_asks_for_so_that_a_gradient_has_a_graph_is_not_needed(keyword: str) -> None:
    said = refused(TypeError, engine.gradients, Y, [X], **{keyword: True})
    assert said.startswith(f"gradients: there is no {keyword}=, write nothing: ")


@pytest.mark.parametrize("gradient", [None, lambda *point: point])
@pytest.mark.parametrize("function", [lambda x: x * x, lambda x, y: x * y])
def test_inputs_in_a_tuple_are_told_to_be_given_one_by_one(function: Any, gradient: Any) -> None:
    for point in ((2.0,), [2.0, 3.0]):
        with pytest.raises(TypeError) as caught:
            engine.check_gradients(function, point, gradient=gradient)
        (note,) = caught.value.__notes__
        assert note.endswith("several are given one by one: check_gradients(f, x, y)")
    with pytest.raises(TypeError) as caught:
        engine.check_gradients(function, "x", gradient=gradient)
    assert not hasattr(caught.value, "__notes__")


def test_a_function_in_the_point_of_a_proof_is_told_its_keyword() -> None:
    said = refused(TypeError, engine.check_gradients, engine.tanh, 1.0, lambda x: 1.0)
    assert said.endswith(" was given: a gradient is given as gradient=")


@pytest.mark.parametrize("name", [3, None, ["a"]], ids=repr)
def test_a_scope_has_a_text_for_a_name(name: Any) -> None:
    with pytest.raises(TypeError, match="^scope: a str is needed, and "), engine.scope(name):
        pass
    assert (X + 1.0).scope == ""


def test_other_libraries_keywords_of_a_picture_and_of_a_check_are_told_ours() -> None:
    said = refused(TypeError, engine.draw, Y, format="svg")
    assert said.endswith("write save(path) of the result: the ending of the path is the format")
    assert refused(TypeError, engine.draw, Y, rankdir="TB").endswith("write direction=")
    assert refused(TypeError, engine.formula, Y, latex=True).endswith('write style="latex"')
    for keyword in ("eps", "atol", "rtol", "tol", "h"):
        said = refused(TypeError, engine.check_gradients, engine.tanh, 1.0, **{keyword: 1e-6})
        assert said.endswith("write nothing: finite differences bound their own error")
    said = refused(TypeError, engine.check_gradients, engine.tanh, 1.0, raise_exception=False)
    assert said.endswith("write nothing: GradientError is raised where two disagree")


@pytest.mark.parametrize(
    ("made", "name", "here"),
    [
        (PROGRAM, "value_and_grad", "value_and_gradient(batch)"),
        (PROGRAM, "predict", "a call: program(batch)"),
        (engine.explore(Y), "open", "save(path), which a browser opens"),
    ],
)
def test_a_program_and_a_page_say_what_their_methods_are(made: Any, name: str, here: str) -> None:
    said = f"{type(made).__name__} has no attribute {name!r}: here it is {here}"
    assert refused(AttributeError, getattr, made, name) == said
    assert name not in dir(made)
