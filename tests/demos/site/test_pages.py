"""The site's recipes run, its text is not taken for markup, and it says what it lacks."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import engine
from demos.course import LESSONS
from demos.helpers.command_line import run
from demos.site import running, sources
from demos.site.course_pages import described
from demos.site.markup import plain
from demos.site.reference import as_text, entry, modules_of
from demos.site.running import ExampleError, check_page

PAGES = Path(__file__).parents[3] / "demos/site/pages"
RECIPES = sorted((PAGES / "how_to").glob("*.md"))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_the_examples_of_a_recipe_run(recipe: Path, tmp_path: Path) -> None:
    assert check_page(recipe, tmp_path) > 0 or recipe.stem == "index"
    if recipe.stem == "c" and shutil.which("cc"):  # what it prints there, it prints here
        text = recipe.read_text(encoding="utf-8")
        blocks = dict(re.findall(r"^```(c|bash)\n(.*?)^```", text, re.M | re.S))
        (tmp_path / "main.c").write_text(blocks["c"], encoding="utf-8")
        printed = subprocess.check_output(blocks["bash"], shell=True, cwd=tmp_path, text=True)
        assert re.findall(r"^-0\.\d{4}$", text, re.M) == printed.split()


def test_an_example_that_gives_something_else_is_an_error(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\n>>> 1 + 1\n3\n\n```\n")
    with pytest.raises(ExampleError, match=r"1 examples of page\.md failed:(.|\n)*Got:\n +2"):
        check_page(page, tmp_path)


def test_a_lesson_that_fails_is_an_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(arguments: list[str]) -> None:
        raise ArithmeticError("no")

    monkeypatch.setattr(running, "run", fail)
    with pytest.raises(ArithmeticError) as caught:
        running.run_lesson("kinks", tmp_path, True)
    assert caught.value.__notes__ == ["in the lesson kinks"]


def test_a_file_stands_where_it_was_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    output = tmp_path / "output/kinks"

    def lesson(arguments: list[str]) -> None:
        output.mkdir(parents=True)
        print("a table")
        print("in two lines")
        for second, name in enumerate(("b.svg", "a.svg", "c.tmp")):
            (output / name).touch()
            os.utime(output / name, (second, second))
        print("then")
        (output / "c.tmp").unlink()
        (output / "last.html").touch()

    monkeypatch.setattr(running, "run", lesson)
    assert running.run_lesson("kinks", tmp_path, True) == (
        "a table\nin two lines\n",
        output / "b.svg",
        output / "a.svg",
        "then\n",
        output / "last.html",
    )


def test_every_recipe_stands_in_the_list() -> None:
    text = (PAGES / "how_to/index.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^- \[(.+)\]\((\w+)\.md\)$", text, re.M))
    titles = {recipe.read_text(encoding="utf-8").split("\n")[0]: recipe.stem for recipe in RECIPES}
    assert {f"# {title}": name for title, name in listed.items()} | {"# How to": "index"} == titles


def test_links_between_files_are_links_between_pages(tmp_path: Path) -> None:
    sources.copy_pages(tmp_path)
    recipe = (tmp_path / "how_to/sequences.md").read_text(encoding="utf-8")
    assert "](../demos/chapter4_images_and_sequences/names.md)" in recipe
    assert "](how_to/sequences.md)" in (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "](demos/index.md)" in (tmp_path / "index.md").read_text(encoding="utf-8")
    order = (tmp_path / "how_to/index.md").read_text(encoding="utf-8").partition(":hidden:")[2]
    assert order.split()[:2] == ["reading", "layer"]


def test_text_is_not_taken_for_markup() -> None:
    assert plain("a*b_c |x| <y> `m*n`") == r"a\*b\_c \|x\| \<y\> `m*n`"
    assert as_text("|x|_ `m*n`\n\n>>> a * b\n\n    f(*x)\n\n    g()") == (
        "\\|x\\|\\_ `m*n`\n\n>>> a * b\n\n::\n\n    f(*x)\n\n    g()"
    )


def test_every_lesson_says_what_the_site_shows_of_it() -> None:
    assert all(all(described(lesson)) for lesson in LESSONS.values())


def test_the_reference_has_what_is_public_once() -> None:
    names = [name for things in modules_of("engine").values() for name, _ in things]
    assert len(names) == len(set(names))
    assert {"engine.Value", "engine.tanh", "engine.proof.check_engine"} <= set(names)


def test_the_reference_says_the_derivatives_of_every_rule() -> None:
    things = modules_of("engine")["engine.functions"]
    said = {name.rpartition(".")[2]: entry(name, thing) for name, thing in things}
    assert said.keys() == {*engine.RULES, "softmax"}
    assert all("∂f/∂" in said[name] for name in engine.RULES)
    assert "∂f/∂x = 1 − f²" in said["tanh"]
    assert "engine.functions has" in entry("engine.RULES", engine.RULES)


def test_it_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    output = ["--output", str(tmp_path / "site")]
    monkeypatch.setitem(sys.modules, "furo", None)
    with pytest.raises(SystemExit, match=r'the site needs furo: pip install -e "\.\[site\]"'):
        run(["site", *output])
    for package in ("furo", "myst_nb", "sphinx", "sphinx.application"):
        monkeypatch.setitem(sys.modules, package, doctest)  # anything that can be imported from
    monkeypatch.setattr(doctest, "Sphinx", None, raising=False)
    with pytest.raises(SystemExit, match=r"--playground: there is no file .*missing\.html"):
        run(["site", *output, "--playground", str(tmp_path / "missing.html")])
    monkeypatch.setattr(shutil, "which", {}.get)  # no npm

    def failing(*_: object, **__: object) -> int:
        raise ExampleError("1 examples of a page failed")

    monkeypatch.setattr(sources, "write_sources", failing)
    with pytest.raises(SystemExit, match="the site was not built: 1 examples of a page failed"):
        run(["site", *output])
