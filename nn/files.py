"""A state in a file that is written whole or not at all, and read without running anything in it.

The file's name decides which kind it is: a ".npz" file has the numbers as NumPy's arrays, which is
many times faster and smaller; any other is JSON, which people can read.
"""

import json
import os
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from engine.files import write_file
from engine.messages import brief
from engine.optional import missing

SEPARATOR = "\n"
# What stands for numbers in the text of a .npz file. Names are in an array as well: a text of many
# takes JSON longer than all the rest, and files of before have them so
NUMBERS, NAMES = "numbers in array", "names"


def write_state(content: Any, path: str | os.PathLike[str]) -> None:
    """Write nested dicts and lists; every float is read back exactly as it was.

    Raises ValueError for nan and inf, and as `engine.files.write_file` does, which says how it is
    written; the old file is then as it was.
    """
    if _is_npz(path):
        write_file(path, _as_npz(content))
    else:
        write_file(path, json.dumps(content, indent=1, allow_nan=False) + "\n")


def read_state(path: str | os.PathLike[str]) -> Any:
    """What a file holds. Raises ValueError if `write_state` did not write it, OSError if it cannot
    be read."""
    data = Path(path).read_bytes()
    try:
        return _from_npz(data) if _is_npz(path) else json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        kind = ".npz file of a state" if _is_npz(path) else "JSON file"
        raise ValueError(f"{brief(path)} is not a {kind}: {error}") from None


def _is_npz(path: str | os.PathLike[str]) -> bool:
    return os.fsdecode(path).lower().endswith(".npz")


def _as_npz(content: Any) -> bytes:
    """An array for each list of floats, and for the floats of a dict; the rest as a JSON text.

    >>> content = {"weights": {"a": 0.5, "b": 0.25}, "losses": [1.5], "steps": [1, 2**70]}
    >>> _from_npz(_as_npz(content)) == content
    True
    """
    numpy = _numpy()
    arrays: list[Any] = []

    def packed(part: Any) -> Any:
        if not isinstance(part, (dict, list, tuple)):
            return part
        numbers = list(part.values()) if isinstance(part, dict) else part
        if set(map(type, numbers)) != {float}:
            inner = [packed(each) for each in numbers]
            return dict(zip(part, inner)) if isinstance(part, dict) else inner
        arrays.append(numpy.array(numbers))
        if not numpy.isfinite(arrays[-1]).all():
            raise ValueError("nan and inf cannot be written")
        found = {NUMBERS: len(arrays) - 1}
        if isinstance(part, dict):
            found[NAMES] = len(arrays)
            names = _joined(part).encode("utf-8", "surrogatepass")
            arrays.append(numpy.frombuffer(names, dtype=numpy.uint8))
        return found

    text = json.dumps(packed(content), allow_nan=False).encode()
    file = BytesIO()
    numpy.savez(file, numpy.frombuffer(text, dtype=numpy.uint8), *arrays)
    return file.getvalue()


def _from_npz(data: bytes) -> Any:
    numpy = _numpy()

    def unpacked(part: Any) -> Any:
        if isinstance(part, dict) and NUMBERS in part:
            numbers = arrays[part[NUMBERS]].tolist()
            if NAMES not in part:
                return numbers
            names = part[NAMES]
            if not isinstance(names, str):
                names = arrays[names].tobytes().decode("utf-8", "surrogatepass")
            return dict(zip(names.split(SEPARATOR), numbers, strict=True))
        if isinstance(part, dict):
            return {name: unpacked(inner) for name, inner in part.items()}
        return [unpacked(inner) for inner in part] if isinstance(part, list) else part

    if not data.startswith(b"PK"):  # NumPy would take it for a pickle
        raise ValueError("it holds no arrays")
    try:
        with numpy.load(BytesIO(data), allow_pickle=False) as file:
            text, *arrays = [file[name] for name in file.files]
        return unpacked(json.loads(text.tobytes()))
    except Exception as error:  # of a file that is broken zipfile, zlib and NumPy raise anything
        reason = f"{type(error).__name__}: {brief(error)}"
        raise ValueError(f"it is broken, or its arrays are others ({reason})") from None


def _joined(names: Mapping[str, float]) -> str:
    """The names as one text."""
    text = SEPARATOR.join(names)
    if text.count(SEPARATOR) != len(names) - 1:
        raise ValueError("a name has several lines, and a new line stands between names here")
    return text


def _numpy() -> Any:
    try:
        import numpy
    except ModuleNotFoundError as error:
        raise missing("a .npz file", "numpy", "fast") from error
    return numpy
