"""A JSON file is written whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from nn import MLP, Checkpoint, fit, mean_squared_error
from nn.files import read_json, write_json


def test_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "numbers.json"
    write_json({"a": 0.1}, path)
    write_json({"a": -0.0, "b": 5e-324}, str(path))
    assert read_json(path) == {"a": -0.0, "b": 5e-324}
    assert os.listdir(tmp_path) == ["numbers.json"]


def save_a_model(path: Path) -> None:
    MLP(2, [1]).save(path)


def save_a_checkpoint(path: Path) -> None:
    fit(MLP(1, [1]), mean_squared_error, [[1.0]], [1.0], epochs=1, callbacks=[Checkpoint(path)])


@pytest.mark.parametrize("save", [save_a_model, save_a_checkpoint])
def test_links_and_permissions_stay_and_what_is_read_only_is_refused(
    tmp_path: Path, save: Callable[[Path], None]
) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o600)
    link.symlink_to(target)
    save(link)
    assert link.is_symlink() and read_json(target)
    assert target.stat().st_mode & 0o777 == 0o600
    target.chmod(0o400)
    saved = target.read_bytes()
    with pytest.raises(PermissionError, match="link was not saved: the file is read-only"):
        save(link)
    assert target.read_bytes() == saved


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
