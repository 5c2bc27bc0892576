"""The sdist holds the tests and the lessons too, and they run from it."""

import shutil
import tarfile
from pathlib import Path

import pytest

from tests.recipes import ROOT, Copy


def test_every_file_of_the_folders_is_in_the_sdist(tmp_path: Path) -> None:
    pytest.importorskip("setuptools", reason="setuptools is not installed")
    copy = Copy(tmp_path, "demos", "engine", "nn", "tests")
    there = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")}
    for file in ("LICENSE", "MANIFEST.in", "README.md", "pyproject.toml", "setup.cfg"):
        shutil.copy2(ROOT / file, tmp_path)
    copy.run("-c", "from setuptools.build_meta import build_sdist; build_sdist('dist')")
    (archive,) = (tmp_path / "dist").iterdir()
    with tarfile.open(archive) as sdist:
        packed = {Path(*Path(name).parts[1:]) for name in sdist.getnames()}
    assert there <= packed
