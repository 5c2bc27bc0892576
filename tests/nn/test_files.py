"""A JSON file is written whole or not at all."""

import os
from pathlib import Path
from typing import Any

import pytest

from nn.files import read_json, write_json


def test_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "numbers.json"
    write_json({"a": 0.1}, path)
    write_json({"a": -0.0, "b": 5e-324}, str(path))
    assert read_json(path) == {"a": -0.0, "b": 5e-324}
    assert os.listdir(tmp_path) == ["numbers.json"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError(28, "No space left")])
@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_an_interrupted_save_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, interruption: BaseException
) -> None:
    path = tmp_path / "numbers.json"
    write_json({"a": 1.0}, path)
    old = path.read_bytes()

    def interrupt(*_: Any) -> None:
        raise interruption

    monkeypatch.setattr(os, moment, interrupt)
    with pytest.raises((KeyboardInterrupt, OSError)):
        write_json({"a": 2.0}, path)
    assert path.read_bytes() == old
    assert os.listdir(tmp_path) == ["numbers.json"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(NotADirectoryError) as caught:
        write_json({}, tmp_path / "file" / "numbers.json")
    folder = tmp_path / "file"
    assert f"{folder / 'numbers.json'} was not saved: Not a directory" in str(caught.value)
    assert f"folder '{folder}'" in str(caught.value)
    with pytest.raises(FileNotFoundError, match="was not saved: No such file or directory"):
        write_json({}, tmp_path / "missing" / "numbers.json")
    assert os.listdir(tmp_path) == ["file"]


def test_nan_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        write_json({"a": float("nan")}, tmp_path / "numbers.json")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe\x00", b"import os", b"[" * 100_000, b"\x80\x04K\x01."]
)
def test_what_is_not_json_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "numbers.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="numbers.json is not a JSON file: "):
        read_json(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing.json"):
        read_json(tmp_path / "missing.json")
