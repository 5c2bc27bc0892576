"""The recipe in demos/README.md is followed in a copy; its table has the chapters in order."""

import re
from pathlib import Path
from textwrap import indent

import pytest

from demos.course import CHAPTERS, LESSONS
from tests.recipes import ROOT, Copy, blocks_of


def test_the_table_has_the_chapters_in_reading_order() -> None:
    text = (ROOT / "demos/README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", text, re.M) == list(CHAPTERS)


def test_each_question_names_a_lesson() -> None:
    text = (ROOT / "demos/README.md").read_text(encoding="utf-8")
    table = text.partition("## Questions")[2].partition("## Exercises")[0]
    answers = re.findall(r"^\| .+\? \| `(\w+)` \|$", table, re.M)
    assert len(answers) == 17 and set(answers) <= LESSONS.keys()


def test_an_exercise_is_added_as_the_recipe_says(tmp_path: Path) -> None:
    (record,) = blocks_of("demos/README.md", "How to add an exercise")
    copy = Copy(tmp_path, "demos", "tests/demos")
    file = tmp_path / "demos/exercises/chapter1.py"
    others = file.read_text(encoding="utf-8").rstrip().removesuffix(")")
    file.write_text(f"{others}{indent(record.rstrip(), '    ')},\n)\n", encoding="utf-8")
    assert " quotient " in copy.run("-m", "demos", "exercises")
    tests = "tests/demos/exercises/test_short.py"
    assert "4 passed" in copy.run("-m", "pytest", "-k", "quotient", tests)


@pytest.mark.slow
def test_a_lesson_is_added_as_the_recipe_says(tmp_path: Path) -> None:
    lesson, entry, test = blocks_of("demos/README.md", "How to add a lesson")
    copy = Copy(tmp_path, "demos", "tests/demos")
    copy.write("demos/chapter1_gradients/product_rule.py", lesson)
    copy.insert("demos/course.py", entry, before='"topological_order": (')
    copy.write("tests/demos/chapter1_gradients/test_product_rule.py", test)
    assert "  2  product_rule " in copy.run("-m", "demos")
    assert copy.run("-m", "demos", "2").endswith("Next: python -m demos topological_order\n")
    assert copy.run("-m", "demos", "1").endswith("Next: python -m demos product_rule\n")
    kept = "product_rule or in_the_chapter_of_its_folder"
    assert " passed" in copy.run("-m", "pytest", "-k", kept, "tests/demos")
