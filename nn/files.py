"""A JSON file that is written whole or not at all, and read without running anything in it."""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any


def write_json(content: Any, path: str | os.PathLike[str]) -> None:
    """Write the content as JSON; every float is read back exactly as it was.

    The text goes to a new file in the same folder, which then takes the place of the old one:
    whoever reads sees the old file or the new one, never half of either. Raises ValueError for
    nan and inf, OSError (FileNotFoundError, PermissionError, …) for a folder it cannot write to;
    the old file is then as it was.
    """
    path = Path(path)
    text = json.dumps(content, indent=1, allow_nan=False) + "\n"
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(temporary, "x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        reason = f"{path} was not saved: {error.strerror}: folder {str(path.parent)!r}"
        raise OSError(error.errno, reason) from error
    finally:
        with suppress(OSError):  # gone already where all went well
            temporary.unlink()


def read_json(path: str | os.PathLike[str]) -> Any:
    """What a JSON file holds. Raises ValueError for a file that is not JSON, OSError for none."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not a JSON file: {error}") from None
