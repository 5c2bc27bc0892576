"""A state, as JSON or as arrays, is written whole or not at all, and read back bit for bit."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn import MLP, Checkpoint, fit, mean_squared_error
from nn.files import NUMBERS, _as_npz, _from_npz, read_state, write_state


def test_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "numbers.json"
    write_state({"a": 0.1}, path)
    write_state({"a": -0.0, "b": 5e-324}, str(path))
    assert read_state(path) == {"a": -0.0, "b": 5e-324}
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
    assert link.is_symlink() and read_state(target)
    assert target.stat().st_mode & 0o777 == 0o600
    target.chmod(0o400)
    saved = target.read_bytes()
    with pytest.raises(PermissionError, match="link was not saved: the file is read-only"):
        save(link)
    assert target.read_bytes() == saved


@pytest.mark.parametrize("name", ["numbers.json", "numbers.npz"])
def test_nan_is_not_written(tmp_path: Path, name: str) -> None:
    for content in ({"a": float("nan")}, {"a": 1.0, "b": [0.5, float("inf")]}, [[float("nan")]]):
        with pytest.raises(ValueError):
            write_state(content, tmp_path / name)
    assert os.listdir(tmp_path) == []


leaves = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(),
    st.none(),
    st.booleans(),
    st.text(),
)
NAMES = st.text().filter(lambda name: "\n" not in name and name != NUMBERS)
contents = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=20
)


@given(contents)
def test_arrays_are_read_back_as_what_they_were(content: Any) -> None:
    assert repr(_from_npz(_as_npz(content))) == repr(content)


def test_no_name_and_names_that_are_no_unicode() -> None:
    for content in ({"": 0.5}, {"\ud800": 0.5, "": 0.25}):
        assert _from_npz(_as_npz(content)) == content


def test_files_of_before_have_the_names_in_their_text() -> None:
    text = b'{"numbers in array": 0, "names": "a\\nb"}'
    file = BytesIO()
    np.savez(file, np.frombuffer(text, dtype=np.uint8), np.array([0.5, 0.25]))
    assert _from_npz(file.getvalue()) == {"a": 0.5, "b": 0.25}


def test_a_name_of_two_lines_goes_into_json_only(tmp_path: Path) -> None:
    state = {"a\nb": 0.5}
    write_state(state, tmp_path / "numbers.json")
    assert read_state(tmp_path / "numbers.json") == state
    with pytest.raises(ValueError, match="a name has several lines"):
        write_state(state, tmp_path / "numbers.npz")


def test_a_model_is_saved_as_arrays_where_the_name_says_so(tmp_path: Path) -> None:
    model, other = MLP(2, [3, 1], seed=1), MLP(2, [3, 1], seed=2)
    model.save(tmp_path / "model.npz")
    assert (tmp_path / "model.npz").read_bytes().startswith(b"PK")
    other.load(tmp_path / "model.npz")
    assert other.state_dict() == model.state_dict()
    with pytest.raises(ValueError, match="model.npz: the state does not fit"):
        MLP(2, [4, 1]).load(tmp_path / "model.npz")
    model.save(tmp_path / "MODEL.NPZ")
    assert (tmp_path / "MODEL.NPZ").read_bytes().startswith(b"PK")


def test_json_under_the_name_of_arrays_is_not_taken_for_a_pickle(tmp_path: Path) -> None:
    MLP(2, [1]).save(tmp_path / "model.json")
    (tmp_path / "model.json").rename(tmp_path / "model.npz")
    with pytest.raises(ValueError, match="model.npz is not a .npz file of a state: .* no arrays$"):
        MLP(2, [1]).load(tmp_path / "model.npz")


def without_text() -> bytes:
    file = BytesIO()
    np.savez(file, np.zeros(3))
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"PK", _as_npz({"a": 0.5})[:-30], _as_npz({NUMBERS: 4}), without_text()],
)
def test_what_is_no_npz_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "numbers.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="numbers.npz is not a .npz file of a state: it "):
        read_state(path)


def test_what_is_pickled_is_not_run(tmp_path: Path) -> None:
    np.savez(tmp_path / "numbers.npz", np.array([print], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        read_state(tmp_path / "numbers.npz")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe\x00", b"import os", b"[" * 100_000, b"\x80\x04K\x01."]
)
def test_what_is_not_json_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "numbers.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="numbers.json is not a JSON file: "):
        read_state(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing.json"):
        read_state(tmp_path / "missing.json")
