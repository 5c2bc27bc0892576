"""A file is written whole or not at all, whatever is at the path and whatever happens meanwhile."""

import ast
import errno
import json
import os
import re
import resource
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Program, Value, explore
from engine.__main__ import main
from engine.files import write_file

ROOT = Path(__file__).parents[2]
CONTENTS = st.text(st.characters(exclude_categories=("Cs",))) | st.binary()
MODES = st.integers(0, 0o777)
NEW = "-rw-r--r--"  # with the umask of these tests
NAMELESS_OR_NOT = pytest.mark.parametrize("nameless", [True, False])


@pytest.fixture(autouse=True, scope="module")
def usual_umask() -> Iterator[None]:
    with masked(0o022):
        yield


def snapshot(folder: Path) -> dict[str, Any]:
    """Everything in a folder: kind, permissions, content, where a link leads to."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content: Any = None
        if stat.S_ISREG(status.st_mode):
            content = path.read_bytes()
        elif stat.S_ISLNK(status.st_mode):
            content = os.readlink(path)
        found[str(path.relative_to(folder))] = (stat.filemode(status.st_mode), content)
    return found


@contextmanager
def masked(umask: int) -> Iterator[None]:
    before = os.umask(umask)
    try:
        yield
    finally:
        os.umask(before)


def encoded(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


# What is written


@given(CONTENTS, CONTENTS, MODES, st.sampled_from([0o022, 0o077, 0o002]))
def test_the_content_is_that_given_and_the_permissions_stay(
    first: str | bytes, second: str | bytes, mode: int, umask: int
) -> None:
    with tempfile.TemporaryDirectory() as folder, masked(umask):
        path = Path(folder, "file")
        write_file(path, first)
        assert snapshot(path.parent) == {
            "file": (stat.filemode(stat.S_IFREG | 0o666 & ~umask), encoded(first))
        }
        path.chmod(mode | 0o200)
        write_file(str(path), second)
        assert snapshot(path.parent) == {
            "file": (stat.filemode(stat.S_IFREG | mode | 0o200), encoded(second))
        }


@given(st.lists(st.booleans(), min_size=1, max_size=4), st.booleans())
def test_links_stay_and_the_file_at_their_end_is_written(
    relative: list[bool], exists: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        target = folder / "target.txt"
        if exists:
            target.write_text("old")
            target.chmod(0o640)
        path = target
        for number, is_relative in enumerate(relative):
            link = folder / f"{number}" / "link"
            link.parent.mkdir()
            link.symlink_to(os.path.relpath(path, link.parent) if is_relative else path)
            path = link
        before = snapshot(folder)
        write_file(path, "new")
        mode = "-rw-r-----" if exists else NEW
        assert snapshot(folder) == before | {"target.txt": (mode, b"new")}


def test_a_file_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        write_file("file", "text\n")
    assert snapshot(tmp_path) == {"file": (NEW, b"text\n")}


@NAMELESS_OR_NOT
@pytest.mark.parametrize("name", ["y" * 255, "ö" * 127, "[*]?.html", "-x", ".hidden", "a b\n"])
def test_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, nameless: bool
) -> None:
    if not nameless:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    for content in ("old", "new"):
        write_file(tmp_path / name, content)
    assert snapshot(tmp_path) == {name: (NEW, b"new")}


def test_another_hard_link_keeps_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_file(path, "old")
    (tmp_path / "other").hardlink_to(path)
    write_file(path, "new")
    assert (path.read_text(), (tmp_path / "other").read_text()) == ("new", "old")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_and_the_group_stay(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_file(path, "old")
    os.chown(path, 1234, 5678)
    path.chmod(0o664)
    write_file(path, "new")
    status = path.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (1234, 5678, 0o664)


# What is refused


def a_folder(path: Path) -> None:
    path.mkdir()


def a_fifo(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))


def a_device(path: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")


def a_read_only_file(path: Path) -> None:
    path.write_text("old")
    path.chmod(0o444)


def a_loop(path: Path) -> None:
    path.symlink_to(path.name)


REFUSED = [
    (a_folder, IsADirectoryError, "it is a folder, not a regular file"),
    (a_fifo, OSError, "it is a FIFO, not a regular file"),
    (a_socket, OSError, "it is a socket, not a regular file"),
    (a_device, OSError, "it is a device, not a regular file"),
    (a_read_only_file, PermissionError, "the file is read-only"),
    (a_loop, OSError, "Too many levels of symbolic links"),
]


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize(("make", "kind", "said"), REFUSED)
def test_what_must_not_be_replaced_is_refused_and_stays(
    tmp_path: Path, make: Callable[[Path], None], kind: type[OSError], said: str, linked: bool
) -> None:
    path = tmp_path / "target"
    make(path)
    if linked:
        path = tmp_path / "link"
        path.symlink_to("target")
    before = snapshot(tmp_path)
    with pytest.raises(kind) as caught:
        write_file(path, "new")
    assert f"{path} was not saved: {said} (folder '{tmp_path}')" in str(caught.value)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("path", "kind", "said"),
    [
        ("missing/file", FileNotFoundError, "No such file or directory"),
        ("file/file", NotADirectoryError, "Not a directory"),
        ("", FileNotFoundError, "No such file or directory"),
        ("missing/", FileNotFoundError, "No such file or directory"),
        ("missing/.", FileNotFoundError, "No such file or directory"),
        ("missing/../file2", FileNotFoundError, "No such file or directory"),
        ("file/", NotADirectoryError, "Not a directory"),
        (".", IsADirectoryError, "it is a folder"),
        ("x" * 256, OSError, "File name too long"),
        ("x" * 100_000, OSError, "File name too long"),
        ("a\0b", ValueError, "embedded null "),
        ("a\ud800", ValueError, "surrogates not allowed"),
    ],
)
def test_a_path_that_cannot_be_written_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    kind: type[Exception],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_file("file", "no folder")
    before = snapshot(tmp_path)
    with pytest.raises(kind) as caught:
        write_file(path, "new")
    message = str(caught.value).replace("'utf-8' codec can't", said)
    assert f" was not saved: {said}" in message.replace("stat: ", "")  # since Python 3.13
    assert len(str(caught.value)) < 600 and str(caught.value).isprintable()
    assert snapshot(tmp_path) == before


def test_text_that_cannot_be_encoded_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="file was not saved: 'utf-8' codec can't encode"):
        write_file(tmp_path / "file", "\ud800")
    assert snapshot(tmp_path) == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="root plays somebody without rights")
def test_a_file_and_a_folder_of_somebody_else_are_refused() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        (folder / "closed").mkdir()
        for path in (folder / "file", folder / "closed" / "file"):
            write_file(path, "old")
        (folder / "closed" / "file").chmod(0o666)
        before = snapshot(folder)
        os.seteuid(65534)
        try:
            for path, said in [
                (folder / "file", "the file is read-only"),
                (folder / "closed" / "file", "Permission denied"),
                (folder / "closed" / "new", "Permission denied"),
            ]:
                with pytest.raises(PermissionError, match=f"{path} was not saved: {said}"):
                    write_file(path, "new")
        finally:
            os.seteuid(0)
        assert snapshot(folder) == before


# What happens meanwhile


@NAMELESS_OR_NOT
@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), OSError(28, "No space left")])
@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_an_interrupted_save_leaves_the_old_file_whole(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    interruption: BaseException,
    nameless: bool,
) -> None:
    path = tmp_path / "file"
    write_file(path, "old")

    def interrupt(*_: Any) -> None:
        raise interruption

    if not nameless:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    monkeypatch.setattr(os, moment, interrupt)
    with pytest.raises(type(interruption)):
        write_file(path, "new")
    assert snapshot(tmp_path) == {"file": (NEW, b"old")}


@NAMELESS_OR_NOT
def test_a_full_disk_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nameless: bool
) -> None:
    """The system refuses to let any file grow beyond 100,000 bytes."""
    path = tmp_path / "file"
    write_file(path, "old")
    if not nameless:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(OSError, match="file was not saved: File too large") as caught:
            write_file(path, b"x" * 1_000_000)
        with pytest.raises(OSError, match="new was not saved: File too large"):
            write_file(tmp_path / "new", b"x" * 1_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.errno == errno.EFBIG
    assert snapshot(tmp_path) == {"file": (NEW, b"old")}


def test_a_system_without_nameless_files_writes_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where nothing is mounted at /proc."""

    def fail(*_: Any, **__: Any) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(os, "link", fail)
    for content in ("old", "new"):
        write_file(tmp_path / "file", content)
    assert snapshot(tmp_path) == {"file": (NEW, b"new")}


def test_leftovers_of_the_same_path_are_removed_and_nothing_else(tmp_path: Path) -> None:
    left = ".file.0123abcd.saving"
    others = [
        ".file.old.saving",
        ".file2.0123abcd.saving",
        "file.0123abcd.saving",
        ".file.0123abcd",
    ]
    for name in (left, *others):
        (tmp_path / name).touch()
    write_file(tmp_path / "file", "new")
    assert {path.name for path in tmp_path.iterdir()} == {"file", *others}


KILLS = """
import json, os, random, signal, sys, time
from engine.files import write_file

folder, nameless = sys.argv[1], sys.argv[2] == "True"
if not nameless:
    del os.O_TMPFILE
path = os.path.join(folder, "file")
contents = [letter * 300_000 for letter in "ab"]
write_file(path, contents[0])
random.seed(1)
broken = left = survived = 0
for _ in range(70):
    child = os.fork()
    if child == 0:
        while True:
            for content in contents:
                write_file(path, content)
    time.sleep(random.uniform(0.0, 0.01))
    os.kill(child, signal.SIGKILL)
    survived += not os.WIFSIGNALED(os.waitpid(child, 0)[1])
    with open(path) as file:
        broken += file.read() not in contents
    left += len(os.listdir(folder)) > 1
    if random.random() < 0.5:  # or several are killed before the next save ends
        write_file(path, contents[0])
        left_after = os.listdir(folder)
        assert left_after == ["file"], left_after
write_file(path, contents[0])
print(json.dumps({"broken": broken, "left": left, "survived": survived, "end": os.listdir(folder)}))
"""


def run(script: str, *arguments: object) -> Any:
    """What a script prints, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@NAMELESS_OR_NOT
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_seventy_kills_leave_a_whole_file_and_the_next_save_nothing_else(
    tmp_path: Path, nameless: bool
) -> None:
    found = run(KILLS, tmp_path, nameless)
    assert found | {"left": 0} == {"broken": 0, "left": 0, "survived": 0, "end": ["file"]}


MOMENTS = """
import json, os, signal, sys
from engine.files import write_file

folder, nameless, moment, after = sys.argv[1], sys.argv[2] == "True", sys.argv[3], sys.argv[4]
if not nameless:
    del os.O_TMPFILE
original = getattr(os, moment)

def killed(*arguments, **options):
    if after == "True":
        original(*arguments, **options)
    os.kill(os.getpid(), signal.SIGKILL)

path = os.path.join(folder, "file")
child = os.fork()
if child == 0:
    setattr(os, moment, killed)
    write_file(path, "new")
    os._exit(0)
was_killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
with open(path) as file:
    content = file.read()
left = len(os.listdir(folder)) - 1
write_file(path, "newer")
print(json.dumps([was_killed, content, left, os.listdir(folder)]))
"""


@pytest.mark.parametrize(
    ("nameless", "moment", "after", "content", "left"),
    [
        (True, "fsync", False, "old", 0),
        (True, "fsync", True, "old", 0),
        (True, "link", False, "old", 0),
        (True, "link", True, "old", 1),  # the one instant
        (True, "replace", True, "new", 0),
        (False, "fsync", False, "old", 1),
        (False, "replace", False, "old", 1),
        (False, "replace", True, "new", 0),
    ],
)
def test_a_kill_at_every_moment(
    tmp_path: Path, nameless: bool, moment: str, after: bool, content: str, left: int
) -> None:
    if nameless and not hasattr(os, "O_TMPFILE"):
        pytest.skip("this system has no files without a name")
    write_file(tmp_path / "file", "old")
    found = run(MOMENTS, tmp_path, nameless, moment, after)
    assert found == [True, content, left, ["file"]]


CROWD = """
import json, os, sys
from engine.files import write_file

folder, nameless = sys.argv[1], sys.argv[2] == "True"
if not nameless:
    del os.O_TMPFILE
path = os.path.join(folder, "file")
children = []
for letter in "abcd":
    child = os.fork()
    if child == 0:
        for _ in range(25):
            write_file(path, letter * 100_000)
        os._exit(0)
    children.append(child)
failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
with open(path) as file:
    content = file.read()
print(json.dumps([failed, len(content), len(set(content)), os.listdir(folder)]))
"""


@NAMELESS_OR_NOT
def test_saves_at_the_same_time_all_end_and_leave_one_of_them(
    tmp_path: Path, nameless: bool
) -> None:
    assert run(CROWD, tmp_path, nameless) == [0, 100_000, 1, ["file"]]


@settings(max_examples=20)
@given(st.sets(st.text(st.sampled_from("ab.[*"), min_size=1, max_size=3), min_size=1))
def test_files_beside_one_another_do_not_meet(names: set[str]) -> None:
    names -= {".", ".."}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):
            for name in names:
                write_file(os.path.join(folder, name), name)
        assert {path.name: path.read_text() for path in Path(folder).iterdir()} == {
            name: name for name in names
        }


# Who writes


def writes(tree: ast.AST) -> Iterator[str]:
    """The calls that write a file in some other way."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            modes = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "mode")]
            texts = [str(mode.value) for mode in modes if isinstance(mode, ast.Constant)]
            writing = any(set("wax+") & set(text) for text in texts)
            if name in ("write_text", "write_bytes") or (name == "open" and writing):
                yield name


def test_nothing_else_writes_files() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): calls
        for package in ("engine", "nn")
        for path in (ROOT / package).rglob("*.py")
        if re.search("open|write_text|write_bytes", text := path.read_text(encoding="utf-8"))
        and (calls := list(writes(ast.parse(text))))
    }
    assert found == {"engine/files.py": ["open"]}
    assert list(writes(ast.parse("open(p, mode='x'); Path(p).write_text('')"))) == [
        "open",
        "write_text",
    ]


def from_the_command_line(option: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        if main(["x*x", "x=3", option, str(path)]):
            raise PermissionError("one line on stderr")

    return write


def as_a_program(path: Path) -> None:
    x = Value(3.0, "x")
    Program(x * x, inputs=[x]).save(path)


WRITERS: list[tuple[str, Callable[[Path], None]]] = [
    *((option, from_the_command_line(option)) for option in ("--svg", "--png", "--html")),
    ("Page.save", lambda path: explore(Value(3.0, "x") * 2).save(path)),
    ("Program.save", as_a_program),
]


@pytest.mark.parametrize(("name", "write"), WRITERS, ids=[name for name, _ in WRITERS])
def test_every_writer_follows_links_keeps_permissions_and_refuses_what_is_read_only(
    tmp_path: Path, name: str, write: Callable[[Path], None]
) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o600)
    link.symlink_to(target)
    write(link)
    assert link.is_symlink() and target.read_bytes() != b"old"
    assert target.stat().st_mode & 0o777 == 0o600
    target.chmod(0o400)
    before = snapshot(tmp_path)
    with pytest.raises(PermissionError):
        write(link)
    assert snapshot(tmp_path) == before
