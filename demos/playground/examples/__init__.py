"""Programs to begin with in the playground, some for every chapter.

The docstring of each is its title. They run as they stand: `python demos/playground/examples/…`.
"""

import ast
from pathlib import Path
from typing import Any

from demos.course import CHAPTERS, description_of


def examples_of(chapter: str) -> list[dict[str, str]]:
    """Those of one chapter, in the order of their files."""
    files = sorted(Path(__file__).parent.glob(f"{chapter.partition('_')[0]}_*.py"))
    sources = [file.read_text(encoding="utf-8") for file in files]
    return [{"title": ast.get_docstring(ast.parse(text)) or "", "text": text} for text in sources]


EXAMPLES: list[dict[str, Any]] = [
    {"chapter": description_of(f"demos.{chapter}"), "examples": examples_of(chapter)}
    for chapter in CHAPTERS
]
