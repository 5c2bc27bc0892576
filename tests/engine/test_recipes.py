"""The recipes in engine/README.md are followed in a copy of the engine."""

from pathlib import Path

from tests.recipes import Copy, blocks_of

README = "engine/README.md"
PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "-q")


def test_a_check_is_added_as_the_recipe_says(tmp_path: Path) -> None:
    source, test = blocks_of(README, "How to add a check")
    copy = Copy(tmp_path, "engine")
    copy.write("engine/proof/symmetry.py", source)
    copy.write("tests/engine/proof/test_symmetry.py", test)
    said = copy.run(*PYTEST, "tests/engine/proof/test_symmetry.py")
    assert "2 passed" in said


def test_a_picture_is_added_as_the_recipe_says(tmp_path: Path) -> None:
    source, test = blocks_of(README, "How to add a picture")
    copy = Copy(tmp_path, "engine")
    copy.write("engine/drawing/mermaid.py", source)
    copy.write("tests/engine/drawing/test_mermaid.py", test)
    said = copy.run(*PYTEST, "tests/engine/drawing/test_mermaid.py")
    assert "3 passed" in said
