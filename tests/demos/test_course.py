"""The course: every lesson has its place, builds on earlier ones, and says what it needs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from demos.course import CHAPTERS, LESSONS, PACKAGES, ROOT, Lesson, imported_modules

EVERY_LESSON = pytest.mark.parametrize("lesson", LESSONS.values(), ids=lambda lesson: lesson.name)
DEMOS = ROOT / "demos"


def has_main(file: Path) -> bool:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return any(isinstance(part, ast.FunctionDef) and part.name == "main" for part in tree.body)


def test_every_file_with_a_main_is_a_lesson_in_the_chapter_of_its_folder() -> None:
    found = {(file.parent.name, file.stem) for file in DEMOS.rglob("*.py") if has_main(file)}
    assert found == {(lesson.chapter, lesson.name) for lesson in LESSONS.values()}
    assert len(LESSONS) == sum(len(lessons) for lessons in CHAPTERS.values())


def test_the_folders_of_the_chapters_stand_in_reading_order() -> None:
    folders = [path.name for path in sorted(DEMOS.glob("chapter*")) if path.is_dir()]
    assert folders == list(CHAPTERS)
    assert [name.partition("_")[0] for name in folders] == [
        f"chapter{number}" for number in range(1, len(folders) + 1)
    ]


def test_they_are_numbered_from_1_in_that_order() -> None:
    names = [name for lessons in CHAPTERS.values() for name in lessons]
    assert [(lesson.name, lesson.number) for lesson in LESSONS.values()] == [
        (name, number) for number, name in enumerate(names, 1)
    ]


@EVERY_LESSON
def test_a_lesson_builds_on_earlier_ones_and_imports_no_others(lesson: Lesson) -> None:
    earlier = {other.name for other in LESSONS.values() if other.number < lesson.number}
    assert set(lesson.builds_on) <= earlier
    modules = {other.module for other in LESSONS.values()}
    assert imported_modules(lesson.module) & modules <= {
        LESSONS[name].module for name in lesson.builds_on
    }


@EVERY_LESSON
def test_a_lesson_says_what_it_shows_takes_and_writes(lesson: Lesson) -> None:
    assert all(word in lesson.description for word in ("It shows", "It takes", "It writes"))
    assert lesson.title and lesson.title[-1] in ".?"
    assert lesson.time.startswith(("about ", "a moment")) and "\n" not in lesson.time


def test_packages_are_those_of_the_file_and_of_what_it_imports_from_the_course() -> None:
    assert LESSONS["chain_rule"].packages == []
    assert LESSONS["kinks"].packages == ["matplotlib", "numpy"]
    assert LESSONS["matrices"].packages == ["numpy"]
    assert LESSONS["own_engine"].packages == ["hypothesis"]
    assert LESSONS["film"].packages == ["matplotlib", "numpy", "scikit-learn"]
    assert "mlxtend" in LESSONS["digits"].packages


def test_lessons_that_need_no_package_run_without_any(tmp_path: Path) -> None:
    """An import of None fails; graphviz, which draws, comes with the engine itself."""
    names = [lesson.name for lesson in LESSONS.values() if not lesson.packages]
    program = f"""
import sys
sys.modules.update(dict.fromkeys({sorted(PACKAGES.keys() - {"graphviz"})}))
from demos.helpers.command_line import run
for name in {names}:
    run([name, "--quick", "--output", {str(tmp_path)!r}])
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert len(names) > 8


def test_listing_the_course_imports_no_lesson() -> None:
    program = f"""
import sys
from demos.helpers.command_line import run
run([])
print([name for name in sys.modules if name.startswith(("demos.chapter", "nn"))])
print(sys.modules.keys() & {set(PACKAGES)})
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("\n[]\nset()\n")
