"""A JSON file that is written whole or not at all, and read without running anything in it."""

import json
import os
from pathlib import Path
from typing import Any

from engine.files import write_file
from engine.messages import brief


def write_json(content: Any, path: str | os.PathLike[str]) -> None:
    """Write the content as JSON; every float is read back exactly as it was.

    Raises ValueError for nan and inf, and as `engine.files.write_file` does, which says how it is
    written; the old file is then as it was.
    """
    write_file(path, json.dumps(content, indent=1, allow_nan=False) + "\n")


def read_json(path: str | os.PathLike[str]) -> Any:
    """What a JSON file holds. Raises ValueError if it is not JSON, OSError if it cannot be read."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{brief(path)} is not a JSON file: {error}") from None
